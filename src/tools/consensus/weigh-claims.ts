import { appendAll } from '../../core/lists/append-all.ts';
import { maxOf } from '../../core/lists/extremes.ts';
import type { Dissent } from './dissent.ts';
import type { SimilarClaims } from './similar-claims.ts';

/** A model's position on a claim. */
export type Position = 'supports' | 'opposes';

/** A single statement by one model. */
export type Claim = { readonly id: string; readonly speaker: string; readonly text: string };

/** Claims about one point: which models support it and which oppose it. */
export type ClaimGroup = {
  /** The point in neutral words. */
  readonly statement: string;
  readonly members: readonly { readonly claim: Claim; readonly position: Position }[];
};

export type ComparedClaim = { readonly claim: string; readonly models: readonly string[] };

export type DisputedClaim = {
  readonly claim: string;
  readonly sides: readonly {
    readonly position: Position;
    readonly models: readonly string[];
    readonly wording: string;
  }[];
  /** True if the sides name different numbers for the same thing. */
  readonly onFact: boolean;
};

export type WeighedClaims = {
  readonly agreed: readonly ComparedClaim[];
  readonly disputed: readonly DisputedClaim[];
  /** Claims that too few models make to be agreed, and that none opposes. */
  readonly single: readonly ComparedClaim[];
  /** Models that oppose the majority on a point, with their claim; without a majority, the models of both sides. */
  readonly dissent: readonly Dissent[];
  /**
   * The share of the claims, 0 to 1, that are agreed; a claim of several models counts once for each. Absent without
   * claims: that is no agreement.
   */
  readonly score?: number;
  /** How many models were asked. */
  readonly asked: number;
  /** Claims in similar words, if no model could compare the claims. */
  readonly similar?: readonly SimilarClaims[];
};

/**
 * Sorts grouped claims into agreed, disputed and single ones. Agreed: made by more than half of the models asked and
 * opposed by none.
 */
export function weighClaims(groups: readonly ClaimGroup[], asked: number): WeighedClaims {
  const agreed: ComparedClaim[] = [];
  const disputed: DisputedClaim[] = [];
  const single: ComparedClaim[] = [];
  const dissent: Dissent[] = [];
  let claims = 0;
  let claimsAgreed = 0;
  for (const group of groups) {
    const sides = sidesOf(group);
    const models = modelsOf(group);
    const claim = claimOf(group, sides);
    claims += models.length;
    if (sides.length > 1) {
      disputed.push({ claim: group.statement, sides, onFact: differOnFact(group) });
      appendAll(dissent, dissentersOn(group, sides));
    } else if (isMajority(models.length, asked)) {
      agreed.push({ claim, models });
      claimsAgreed += models.length;
    } else single.push({ claim, models });
  }
  return {
    agreed,
    disputed,
    single,
    dissent,
    ...(claims > 0 && { score: claimsAgreed / claims }),
    asked,
  };
}

/**
 * True if the `missing` models, which gave nothing that could be compared, are fewer than those that did, and too few to
 * decide a disputed point or to make a single claim an agreed one.
 */
export function claimsAreSettled({ disputed, single, asked }: WeighedClaims, missing: number): boolean {
  if (missing === 0) return true;
  return (
    missing * 2 < asked &&
    disputed.every(({ sides }) => leadOf(sides) > missing) &&
    single.every(({ models }) => !isMajority(models.length + missing, asked))
  );
}

/** The models that made a claim of the group, each once. */
export function modelsOf({ members }: ClaimGroup): string[] {
  return [...new Set(members.map(({ claim }) => claim.speaker))];
}

/** If all members oppose the statement, what they hold is in their own words only. */
function claimOf({ statement }: ClaimGroup, [only]: DisputedClaim['sides']): string {
  return only?.position === 'opposes' ? only.wording : statement;
}

function isMajority(models: number, asked: number): boolean {
  return models * 2 > asked;
}

function leadOf(sides: DisputedClaim['sides']): number {
  const [most = 0, least = 0] = sides.map(({ models }) => models.length).toSorted((a, b) => b - a);
  return most - least;
}

function sidesOf({ members }: ClaimGroup): DisputedClaim['sides'] {
  return (['supports', 'opposes'] as const).flatMap((position) => {
    const own = members.filter((member) => member.position === position);
    const [first] = own;
    if (first === undefined) return [];
    return [
      { position, models: [...new Set(own.map(({ claim }) => claim.speaker))], wording: first.claim.text },
    ];
  });
}

function dissentersOn({ statement, members }: ClaimGroup, sides: DisputedClaim['sides']): Dissent[] {
  const most = maxOf(sides.map(({ models }) => models.length));
  const smaller = sides.filter(({ models }) => models.length < most);
  return (smaller.length > 0 ? smaller : sides).flatMap(({ position, models, wording }) =>
    models.map((model) => {
      // A model that contradicts itself is on both sides.
      const own = members.find((member) => member.position === position && member.claim.speaker === model);
      return { model, claim: own?.claim.text ?? wording, against: statement };
    }),
  );
}

/** Each side names a number that the other does not: a fact that can and should be looked up. */
function differOnFact({ members }: ClaimGroup): boolean {
  const numbers = (position: Position) =>
    new Set(
      members.filter((member) => member.position === position).flatMap(({ claim }) => numbersIn(claim.text)),
    );
  const [one, other] = [numbers('supports'), numbers('opposes')];
  return [...one].some((value) => !other.has(value)) && [...other].some((value) => !one.has(value));
}

/** Extracts numbers in plain form, so that `1,000` equals `1000`; list numbers and versions are kept as written. */
function numbersIn(text: string): string[] {
  return (text.match(/\d+(?:[.,]\d+)*/g) ?? []).map((number) => number.replace(/,(?=\d{3}\b)/g, ''));
}

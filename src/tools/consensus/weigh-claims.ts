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

export type AgreedClaim = { readonly claim: string; readonly models: readonly string[] };

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

export type Agreement = {
  readonly agreed: readonly AgreedClaim[];
  readonly disputed: readonly DisputedClaim[];
  /** Claims of single models that are neither shared nor contradicted. */
  readonly single: readonly AgreedClaim[];
  /** Models that oppose the majority on a point, with their claim. */
  readonly dissent: readonly { readonly model: string; readonly claim: string; readonly against: string }[];
  /** Share of all claims that are in agreed groups, 0 to 1; 1 if there are no claims. */
  readonly score: number;
};

/**
 * Sorts grouped claims into agreed, disputed and single ones. Agreed: supported by more than half and opposed by none.
 */
export function weighClaims(groups: readonly ClaimGroup[], speakers: number): Agreement {
  const agreed: AgreedClaim[] = [];
  const disputed: DisputedClaim[] = [];
  const single: AgreedClaim[] = [];
  const dissent: Agreement['dissent'][number][] = [];
  let claims = 0;
  let claimsAgreed = 0;
  for (const group of groups) {
    const sides = sidesOf(group);
    const models = [...new Set(group.members.map(({ claim }) => claim.speaker))];
    claims += models.length;
    if (sides.length > 1) {
      disputed.push({ claim: group.statement, sides, onFact: differOnFact(group) });
      dissent.push(...minorityOf(group, sides));
    } else if (models.length * 2 > speakers) {
      agreed.push({ claim: group.statement, models });
      claimsAgreed += models.length;
    } else single.push({ claim: group.statement, models });
  }
  return { agreed, disputed, single, dissent, score: claims === 0 ? 1 : claimsAgreed / claims };
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

function minorityOf({ statement, members }: ClaimGroup, sides: DisputedClaim['sides']) {
  const [larger, smaller] = sides.toSorted((a, b) => b.models.length - a.models.length);
  if (!larger || !smaller || larger.models.length === smaller.models.length) return [];
  return smaller.models.map((model) => ({
    model,
    claim: members.find(({ claim }) => claim.speaker === model)?.claim.text ?? smaller.wording,
    against: statement,
  }));
}

/** The two sides name different numbers: a fact that can and should be looked up. */
function differOnFact({ members }: ClaimGroup): boolean {
  const numbers = (position: Position) =>
    new Set(
      members.filter((member) => member.position === position).flatMap(({ claim }) => numbersIn(claim.text)),
    );
  const [one, other] = [numbers('supports'), numbers('opposes')];
  return one.size > 0 && other.size > 0 && [...one].every((value) => !other.has(value));
}

/** Extracts numbers in plain form, so that `1,000` equals `1000`; list numbers and versions are kept as written. */
export function numbersIn(text: string): string[] {
  return (text.match(/\d+(?:[.,]\d+)*/g) ?? []).map((number) => number.replace(/,(?=\d{3}\b)/g, ''));
}

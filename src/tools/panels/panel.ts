import { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import { shownNames } from '../../core/names/shown-names.ts';
import type { ModelPicker } from '../offer/model-picker.ts';
import type { FailedMember } from './run-panel.ts';
import { refuseDuplicates, configuredOnly } from './configured-only.ts';
import { fittingSeats } from './fitting-seats.ts';

/** A seat: a model and the side that it argues for. */
export type Panelist = {
  /** The name in results: the model, and its stance if it has one. No two seats of a panel share it. */
  readonly name: string;
  readonly model: Model;
  /** Why the model has a seat, as in "it is the best of its family". Absent: the caller named it. */
  readonly modelReason?: string;
  readonly stance: Stance;
  /** The stance in the caller's own words. */
  readonly stancePrompt?: string;
};

export const stances = ['neutral', 'for', 'against'] as const;

export type Stance = (typeof stances)[number];

/** A seat as the caller requests it: just a model, or with a stance. */
export type SeatRequest = {
  readonly model: string;
  readonly stance?: Stance | undefined;
  readonly stance_prompt?: string | undefined;
};

export type Panel = {
  readonly seats: readonly Panelist[];
  /** The model that sums up; not on the panel if another model is available. */
  readonly synthesiser: Model;
  /** The caller named the model that sums up. */
  readonly isSynthesiserNamed: boolean;
  /** Requested seats that cannot be filled here. */
  readonly absent: readonly FailedMember[];
  /** Families that could have filled the panel, if their prices were known; empty if the caller named the seats. */
  readonly unpricedFamilies: readonly string[];
  /** Notes for the caller about the choice, one sentence each. */
  readonly notes: readonly string[];
  /** False if the answers are only counted. */
  readonly summarised: boolean;
};

const defaultSize = 3;

/** Why a model is asked for an independent opinion: the completion of "it is …". */
export const bestOfItsFamily = 'the best of its family, for an independent opinion';

/**
 * Seats the requested models, or one from each of the strongest families.
 * @throws ConclaveError for an unknown model, the same model with the same stance twice, or a threshold above the panel
 * size.
 */
export function seatPanel(
  picker: ModelPicker,
  request: {
    readonly seats?: readonly SeatRequest[];
    readonly threshold?: number | undefined;
    /** The name of the model that sums up. Default: the strongest that is not on the panel. */
    readonly synthesiser?: string | undefined;
    /** False if the answers are only counted. Default true. */
    readonly summarised?: boolean;
  },
): Panel {
  const { present, absent } = configuredOnly(picker, request.seats ?? [], ({ model }) => model);
  const wanted =
    present.length > 0 ? present.map(({ wish, model }) => seatOf(model, wish)) : defaultSeats(picker);
  refuseDuplicates(wanted.map(seatKey));
  const seats = withNames(wanted);
  refuseThreshold(request.threshold, seats.length, absent);
  const named = request.synthesiser === undefined ? undefined : picker.named(request.synthesiser);
  const [synthesiser] = named
    ? [named]
    : synthesisersFor(
        picker,
        seats.map(({ model }) => model),
      );
  if (synthesiser === undefined) throw new ConclaveError('no_candidate', 'The panel has no model.');
  const { summarised = true } = request;
  const isSmaller = present.length === 0 && seats.length < defaultSize;
  const unpricedFamilies = isSmaller ? picker.unpricedFamilies : [];
  const isSynthesiserNamed = named !== undefined;
  return noted({ seats, synthesiser, isSynthesiserNamed, absent, unpricedFamilies, summarised });
}

/** Which models can be asked within the caller's limits. */
export type PanelFit = {
  readonly seatFits: (seat: Panelist) => Promise<boolean>;
  /** Chooses the model that sums up, among models in order of preference. */
  readonly synthesiserAmong: (
    models: readonly Model[],
    seats: readonly Panelist[],
  ) => Promise<Model | undefined>;
};

/** Returns the panel with models that fit wherever the caller named none. */
export async function fittingPanel(
  picker: ModelPicker,
  panel: Panel,
  { seatFits, synthesiserAmong }: PanelFit,
): Promise<Panel> {
  const seats = await fittingSeats({
    seats: panel.seats,
    isOpen: ({ modelReason }) => modelReason !== undefined,
    familyOf: ({ model }) => model.family,
    withModel: (seat, model) => ({ ...seat, model, name: nameOf({ ...seat, model }) }),
    fits: seatFits,
    families: picker.byFamily('workhorse'),
    mayShare: false,
  });
  if (panel.isSynthesiserNamed) return noted({ ...panel, seats });
  const models = synthesisersFor(
    picker,
    seats.map(({ model }) => model),
  );
  // If none can be asked, a member fails with the reason; another might have an unknown price.
  const synthesiser = (await synthesiserAmong(models, seats)) ?? seats[0]?.model ?? panel.synthesiser;
  return noted({ ...panel, seats, synthesiser });
}

function noted(panel: Omit<Panel, 'notes'>): Panel {
  const { seats, synthesiser, summarised } = panel;
  const members = seats.map(({ model }) => model);
  return {
    ...panel,
    notes: notesOn(members, panel, summarised ? synthesiser.id : undefined),
  };
}

/** What the caller should know about the models of a panel. Without `synthesiser`, nothing is summed up. */
export function notesOn(
  members: readonly Model[],
  { isSynthesiserNamed, unpricedFamilies }: Pick<Panel, 'isSynthesiserNamed' | 'unpricedFamilies'>,
  synthesiser: string | undefined,
): string[] {
  const families = new Set(members.map(({ family }) => family));
  const reason = isSynthesiserNamed ? '' : ', because no other model can be asked';
  return [
    ...(unpricedFamilies.length > 0
      ? [
          `the cost ceiling leaves only ${members.length} model${members.length === 1 ? '' : 's'} for the panel: ${noPriceOf(unpricedFamilies)}`,
        ]
      : []),
    ...(families.size < members.length && members.length > 1
      ? [
          `${members.length} seats come from ${families.size === 1 ? 'one model family' : `${families.size} model families`}, so their mistakes may agree`,
        ]
      : []),
    ...(members.some(({ id }) => id === synthesiser)
      ? [`${synthesiser} writes the summary although it is on the panel${reason}`]
      : []),
  ];
}

/** Says why a cost ceiling leaves families out. */
export function noPriceOf(families: readonly string[]): string {
  return families.length === 1
    ? `the price of the family ${families.join()} is unknown`
    : `the prices of the families ${shownNames(families, 3)} are unknown`;
}

type UnnamedSeat = Omit<Panelist, 'name'>;

/** Several seats of one model with own stances are numbered: results are counted by name. */
function withNames(seats: readonly UnnamedSeat[]): Panelist[] {
  const names = seats.map(nameOf);
  return seats.map((seat, index) => {
    const name = nameOf(seat);
    if (names.filter((other) => other === name).length < 2) return { ...seat, name };
    const number = names.slice(0, index + 1).filter((other) => other === name).length;
    return { ...seat, name: `${seat.model.id} (own stance ${number})` };
  });
}

function nameOf({ model, stance, stancePrompt }: UnnamedSeat): string {
  if (stancePrompt !== undefined) return `${model.id} (own stance)`;
  return stance === 'neutral' ? model.id : `${model.id} (${stance})`;
}

/** True if the seat argues for no side. */
export function isNeutral({ stance, stancePrompt }: Pick<Panelist, 'stance' | 'stancePrompt'>): boolean {
  return stance === 'neutral' && stancePrompt === undefined;
}

function seatOf(model: Model, { stance = 'neutral', stance_prompt }: SeatRequest): UnnamedSeat {
  const seat = { model, stance };
  return stance_prompt === undefined ? seat : { ...seat, stancePrompt: stance_prompt };
}

function defaultSeats(picker: ModelPicker): UnnamedSeat[] {
  const models = picker.ofDifferentFamilies('workhorse', defaultSize);
  if (models.length === 0) {
    const message =
      picker.unpricedFamilies.length > 0
        ? 'No model of known price is configured, so the cost ceiling could not be enforced; name models, or give them a price in the configuration.'
        : 'No model is configured; add a provider, or start with --simulate.';
    throw new ConclaveError('no_candidate', message);
  }
  return models.map((model) => ({ model, modelReason: bestOfItsFamily, stance: 'neutral' }));
}

/** Two seats with custom stances differ if the words of the stances differ. */
function seatKey(seat: UnnamedSeat): string {
  const { stancePrompt } = seat;
  return stancePrompt === undefined ? nameOf(seat) : `${seat.model.id} (${stancePrompt})`;
}

function refuseThreshold(
  threshold: number | undefined,
  seats: number,
  absent: readonly FailedMember[],
): void {
  if (threshold === undefined || threshold <= seats) return;
  const without = absent.map(({ who, error }) => ` ${who} cannot be called: ${error}.`).join('');
  throw new ConclaveError(
    'invalid_request',
    `threshold ${threshold} is above the ${seats} models of the panel; lower it or add models.${without}`,
    { param: 'threshold' },
  );
}

/**
 * Models that may sum up what these members say, best first: the strongest of families without a member, then others
 * that are no members, then the members.
 */
export function synthesisersFor(picker: ModelPicker, members: readonly Model[]): Model[] {
  const families = new Set(members.map(({ family }) => family));
  const ids = new Set(members.map(({ id }) => id));
  const strongest = picker.strongestFirst();
  const graded = strongest.filter(({ tier, local }) => tier !== undefined && !local);
  const outside = (models: readonly Model[]) => [
    ...models.filter(({ family }) => !families.has(family)),
    ...models.filter(({ id }) => !ids.has(id)),
  ];
  // A model of unknown quality sums up only if there is no other.
  return [...new Set([...outside(graded), ...outside(strongest), ...members])];
}

import { inSlices } from '../../core/streams/in-slices.ts';
import type { Model } from '../../core/model.ts';

/** Seats of which some are open: nobody named their models. */
export type Seating<Seat> = {
  readonly seats: readonly Seat[];
  readonly isOpen: (seat: Seat) => boolean;
  readonly familyOf: (seat: Seat) => string;
  readonly withModel: (seat: Seat, model: Model) => Seat;
  /** Whether the model of the seat can be asked within the caller's limits. */
  readonly fits: (seat: Seat) => Promise<boolean>;
  /** The models of each family that an open seat may take, best first. */
  readonly families: readonly (readonly Model[])[];
  /** Several seats may have models of one family, if there are not enough families. */
  readonly mayShare: boolean;
};

/**
 * Gives every open seat a model that fits: the one that it has, another of the same family, or one of a family without
 * a seat. If none fits, the seat keeps its model, which then fails with the reason.
 */
export async function fittingSeats<Seat>(seating: Seating<Seat>): Promise<Seat[]> {
  const { seats, isOpen, familyOf, withModel, fits } = seating;
  const taken = new Set(seats.map(familyOf));
  const fitting: Seat[] = [];
  for (const seat of seats) {
    const models = isOpen(seat) ? substitutes(seating, familyOf(seat), taken) : [];
    const tried = [seat, ...models.map((model) => withModel(seat, model))];
    const chosen = isOpen(seat) ? ((await firstFitting(tried, fits)) ?? seat) : seat;
    taken.add(familyOf(chosen));
    fitting.push(chosen);
  }
  return fitting;
}

/** Returns the first that fits. To find out takes milliseconds each, if the prompt is long. */
export async function firstFitting<Item>(
  items: readonly Item[],
  fits: (item: Item) => Promise<boolean>,
): Promise<Item | undefined> {
  for await (const item of inSlices(items)) if (await fits(item)) return item;
  return undefined;
}

function substitutes<Seat>(
  { families, mayShare }: Seating<Seat>,
  own: string,
  taken: ReadonlySet<string>,
): readonly Model[] {
  const ofFamilies = (among: (family: string) => boolean) =>
    families.flat().filter(({ family }) => among(family));
  return [
    ...ofFamilies((family) => family === own),
    ...ofFamilies((family) => family !== own && !taken.has(family)),
    ...(mayShare ? ofFamilies((family) => family !== own && taken.has(family)) : []),
  ];
}

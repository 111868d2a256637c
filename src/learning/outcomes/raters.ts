import { makePlace } from '../models/make-place.ts';
import { complaintsForEachPraise } from './silent-answers.ts';

/** Knows which keys only complain, while unrated answers of theirs count as good. */
export interface Raters {
  record(keyId: string, said: 'praise' | 'complaint' | 'control'): void;
  /**
   * Whether the order of a key's ratings says nothing: its complaints may come in a batch, without the good answers
   * between them.
   */
  onlyComplains(keyId: string): boolean;
  snapshot(): RatersState;
}

/** What each key said, in about the latest hundred. */
export type RatersState = readonly (readonly [
  keyId: string,
  praises: number,
  complaints: number,
  controls: number,
])[];

/** About how many of a key's latest ratings and controls are remembered. */
const memory = 100;
const keptKeys = 2_000;

type Rater = {
  readonly weight: number;
  readonly praise: number;
  readonly complaint: number;
  readonly control: number;
};

const silent: Rater = { weight: 0, praise: 0, complaint: 0, control: 0 };

export function ratersFrom(state: RatersState = []): Raters {
  const known = new Map<string, Rater>(
    state.map(([keyId, praise, complaint, control]) => [
      keyId,
      { weight: praise + complaint + control, praise, complaint, control },
    ]),
  );
  return {
    record(keyId, said) {
      // Keys that share a place are taken for one that gives samples.
      makePlace(known, keyId, { most: keptKeys, joined: () => silent });
      const { praise, complaint, control } = known.get(keyId) ?? silent;
      const faded = { praise, complaint, control };
      for (const kind of ['praise', 'complaint', 'control'] as const) faded[kind] *= 1 - 1 / memory;
      faded[said] += 1;
      known.set(keyId, { ...faded, weight: faded.praise + faded.complaint + faded.control });
    },
    onlyComplains(keyId) {
      const { praise, complaint, control } = known.get(keyId) ?? silent;
      return control > 0 && complaint > complaintsForEachPraise * praise;
    },
    snapshot: () =>
      [...known].map(
        ([keyId, { praise, complaint, control }]) => [keyId, praise, complaint, control] as const,
      ),
  };
}

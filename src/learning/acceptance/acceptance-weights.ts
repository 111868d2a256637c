import file from '../weights/acceptance.json' with { type: 'json' };

/** What a cascade can see of an answer, and what was measured of it. */
export const signalNames = [
  'fits',
  'long',
  'hedging',
  'valid',
  'strangerAgrees',
  'strangerDiffers',
  'relativeAgrees',
  'relativeDiffers',
  'sampleAgrees',
  'sampleDiffers',
] as const;

export type SignalName = (typeof signalNames)[number];

/** By how much, in log-odds, an answer with a signal is likelier right than its model's answers usually are. */
export type SignalOdds = Readonly<Record<SignalName, number>>;

/**
 * What real answers taught of the signals, made by `npm run train:router`: the worth of each, and how often answers of a
 * worked-out chance were right. `bounds` divide the chances; `right` has one share for each part.
 */
export type AcceptanceWeights = {
  readonly source: string;
  /** How often each signal was seen: where the same answers give other counts, the weights are of another reading. */
  readonly signs: Readonly<Record<SignalName, number>>;
  readonly odds: SignalOdds;
  readonly curve: { readonly bounds: readonly number[]; readonly right: readonly number[] };
};

export const acceptanceWeights: AcceptanceWeights = file;

import file from '../weights/acceptance.json' with { type: 'json' };

/** The signals about an answer that a cascade can observe and that have measured weights. */
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

/** How much likelier, in log-odds, an answer with a signal is right than the model's answers usually are. */
export type SignalOdds = Readonly<Record<SignalName, number>>;

/**
 * What was measured on real answers, written by `npm run train:router`: the weight of each signal, and how often
 * answers of a computed chance were right. `bounds` divide the range of chances; `right` has one share for each part.
 */
export type AcceptanceWeights = {
  readonly source: string;
  /**
   * How often each signal was seen. If the same answers give other counts, the weights come from a different version of
   * the signals.
   */
  readonly signs: Readonly<Record<SignalName, number>>;
  readonly odds: SignalOdds;
  readonly curve: { readonly bounds: readonly number[]; readonly right: readonly number[] };
};

export const acceptanceWeights: AcceptanceWeights = file;

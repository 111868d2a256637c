/**
 * The kinds of outcomes that Conclave records itself. A verdict says whether an answer is right; a sign only makes it
 * likelier or less likely. A control is an answer of which nothing is known: it balances a sign or a complaint, so that
 * a model does not sink merely because it is used a lot. Scorers record verdicts too, each under its own name.
 */
export const outcomeKinds = [
  /** Verdict: how the key that made the call, or a person for it, rates the answer. */
  'feedback',
  /** Whether the answer matches the schema that was requested. 0 is a verdict; 1 is a sign, since it may still be wrong. */
  'schema',
  /** Verdict: whether a vote agrees with the majority of its panel. */
  'consensus',
  /**
   * Verdict: whether an answer in a cascade agrees with the one that the caller received. Between 0 and 1 it is the
   * probability with which the cascade accepted the answer.
   */
  'cascade',
  /** Sign, always 0: the question was asked again. */
  'asked-again',
  /** The control for a question that was asked again, always 1. */
  'drawn',
  /** The control for a complaint. 1: the answer counts as good; 0: it was rated later, and counts no more. */
  'unrated',
] as const;

export type OutcomeKind = (typeof outcomeKinds)[number];

/** Returns the kind if Conclave records it itself, `undefined` for the name of a scorer that is a plug-in. */
export function ownKind(kind: string): OutcomeKind | undefined {
  return outcomeKinds.find((own) => own === kind);
}

/** Whether outcomes of this kind were recorded only for comparison, and say nothing about their own call. */
export function isControlKind(kind: OutcomeKind | undefined): boolean {
  return kind === 'drawn' || kind === 'unrated';
}

/** Whether this is the control for a complaint, and still counts as a good answer. */
export function isCountedControl(kind: OutcomeKind | undefined, score: number): boolean {
  return kind === 'unrated' && score > 0;
}

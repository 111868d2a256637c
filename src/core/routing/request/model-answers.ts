import type { Tokens } from '../../units.ts';

/** How long each model's answer to a call is expected to be, reasoning included. */
export type ModelAnswers = {
  /** By the model's id; at most `most`. */
  of(model: string): Tokens;
  /** By index, and not limited to `most`. The same list is answered from memory. */
  ofAll(candidates: readonly AskableModel[]): ArrayLike<Tokens>;
  /** The longest answer that the call allows. */
  readonly most: Tokens;
};

/** What is read of a candidate. */
export type AskableModel = { readonly model: { readonly id: string } };

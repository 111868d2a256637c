/**
 * What a model is told before a tool's question, in pieces: every family is told the same, each in the form that it
 * follows best.
 */
export type ToolPrompt = {
  /** Unique: names the override file, the ledger's tag and the version. */
  readonly name: string;
  /** Who answers: completes "You are …". */
  readonly role: string;
  /** What is wanted, in one or two sentences. */
  readonly goal: string;
  /** How to go about it, in order. Left out where short instructions work better. */
  readonly steps?: readonly string[];
  /** What must or must not be. Kept in every form. */
  readonly constraints?: readonly string[];
  /** What the answer looks like. */
  readonly output: string;
};

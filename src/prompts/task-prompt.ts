/** What one tool tells a model, in no family's own wording. */
export type TaskPrompt = {
  /** Who the model is to be, in one sentence. */
  readonly role: string;
  /** The work, short and direct. */
  readonly task: string;
  /** What must hold for the answer, each in one sentence. */
  readonly constraints: readonly string[];
  /** How to go about it, for models that do better with a path than with a goal. */
  readonly steps: readonly string[];
  /** What the answer consists of. */
  readonly answer: string;
};

/** What the model is to work on. */
export type Material = {
  /** The caller's own words: the only text besides the tool's prompt that may give instructions. */
  readonly question: string;
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  /** Random, new for every call: who wrote a document cannot know how its fence ends. */
  readonly nonce: string;
};

/** What one model made of one prompt, in the order in which the members are written. */
export type RawResult = {
  readonly correct?: 0 | 1;
  /** 0 to 1, where the source does not say right or wrong. */
  readonly score?: number;
  readonly answer?: string | undefined;
  /** How long the whole reply was, in characters. */
  readonly outChars?: number;
  /** Dollars; absent where nobody lists a price. */
  readonly cost?: number | undefined;
  /** The whole reply, of selected models. */
  readonly text?: string;
};

/** One prompt of a source, before it has an id and a split. */
export type RawRow = {
  readonly prompt: string;
  readonly category: string;
  readonly source?: string;
  readonly gold?: string;
  readonly models: ReadonlyMap<string, RawResult>;
};

/** Characters as people count them: code points. */
export function charactersOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

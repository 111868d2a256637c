/** The result of one model for one prompt, with the fields in the order in which they are written. */
export type RawResult = {
  readonly correct?: 0 | 1;
  /** 0 to 1, if the source does not give right or wrong. */
  readonly score?: number;
  readonly answer?: string | undefined;
  /** Length of the full reply, in characters. */
  readonly outChars?: number;
  /** Dollars; absent if no price is listed. */
  readonly cost?: number | undefined;
  /** The full reply, for selected models only. */
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

/** Counts characters as code points. */
export function charactersOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

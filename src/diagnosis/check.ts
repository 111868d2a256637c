/** One line of a diagnosis. `remedy` says what to type or change; a failure cannot lack one. */
export type Check =
  | { readonly name: string; readonly state: 'ok' | 'note'; readonly found: string; readonly remedy?: string }
  | { readonly name: string; readonly state: 'failed'; readonly found: string; readonly remedy: string };

/** Turns what a check throws into its failure, so that one broken part does not hide the others. */
export async function checked(
  name: string,
  remedy: string,
  run: () => Promise<Check[]> | Check[],
): Promise<Check[]> {
  try {
    return await run();
  } catch (error) {
    return [{ name, state: 'failed', found: error instanceof Error ? error.message : String(error), remedy }];
  }
}

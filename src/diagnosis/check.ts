/** One line of a diagnosis. `remedy` is what to type or change; a failure must have one. */
export type Check =
  | { readonly name: string; readonly state: 'ok' | 'note'; readonly found: string; readonly remedy?: string }
  | { readonly name: string; readonly state: 'failed'; readonly found: string; readonly remedy: string };

/** Turns an error thrown by a check into a failed check, so that one broken part does not hide the others. */
export async function checked(
  name: string,
  remedy: string | ((error: unknown) => string),
  run: () => Promise<Check[]> | Check[],
): Promise<Check[]> {
  try {
    return await run();
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [{ name, state: 'failed', found, remedy: typeof remedy === 'string' ? remedy : remedy(error) }];
  }
}

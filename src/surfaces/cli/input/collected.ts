/**
 * Collects the values of a repeatable option. Each occurrence takes one value, so that the prompt after it is not read
 * as another.
 */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

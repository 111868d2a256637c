/** For an option that takes one value each time: the prompt behind it is none of them. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Returns the project of a call if a tag names one, in lower case: `Project:Red` becomes `project:red`. */
export function projectTag(tags: readonly string[]): string | undefined {
  for (const tag of tags) {
    const written = tag.slice(0, 8);
    if (written === 'project:' || written.toLowerCase() === 'project:') return tag.toLowerCase();
  }
  return undefined;
}

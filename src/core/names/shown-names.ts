/** Lists names for a sentence: all of them, or the first `max` and the number of the others. */
export function shownNames(names: readonly string[], max: number): string {
  const shown = names.slice(0, max).join(', ');
  return names.length > max ? `${shown} and ${names.length - max} more` : shown;
}

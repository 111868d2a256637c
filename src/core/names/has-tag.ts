/**
 * Returns whether tags include one with a meaning (`sensitive`, `critical`, one that a rule names), ignoring case and
 * spaces: a spelling difference must not send out data that is to stay.
 */
export function hasTag(tags: readonly string[], name: string): boolean {
  for (const tag of tags) if (tag === name || plain(tag) === plain(name)) return true;
  return false;
}

function plain(tag: string): string {
  return tag.replaceAll(/\s/g, '').toLowerCase();
}

/**
 * Whether tags hold one that means something (`sensitive`, `critical`, one that a rule names), however people write it:
 * capitals and spaces must not send away what is to stay.
 */
export function hasTag(tags: readonly string[], name: string): boolean {
  return tags.some((tag) => tag === name || plain(tag) === plain(name));
}

function plain(tag: string): string {
  return tag.replaceAll(/\s/g, '').toLowerCase();
}

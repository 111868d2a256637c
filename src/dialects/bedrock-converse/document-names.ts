import { numberedNames } from '../../core/names/numbered-names.ts';

/** Returns a function that gives every document a unique name in the alphabet that Converse accepts. */
export function documentNames(): (title: string | undefined) => string {
  const taken = new Set<string>();
  const numbered = numberedNames(taken, ' ');
  return (title) => {
    const clean = (title ?? '')
      .replace(/[^a-zA-Z0-9\-()[\] ]+/g, ' ')
      .replace(/ {2,}/g, ' ')
      .trim()
      .slice(0, 180);
    const base = clean || 'document';
    const name = taken.has(base) ? numbered(base) : base;
    taken.add(name);
    return name;
  };
}

/** Returns a function that gives every document a unique name in the alphabet that Converse accepts. */
export function documentNames(): (title: string | undefined) => string {
  const taken = new Set<string>();
  return (title) => {
    const clean = (title ?? '')
      .replace(/[^a-zA-Z0-9\-()[\] ]+/g, ' ')
      .replace(/ {2,}/g, ' ')
      .trim()
      .slice(0, 180);
    const base = clean || 'document';
    let name = base;
    for (let turn = 2; taken.has(name); turn += 1) name = `${base} ${turn}`;
    taken.add(name);
    return name;
  };
}

import ignore from 'ignore';

/** Whether a path is one that `.gitignore` lines name: `*auth*` anywhere, `/src/db/` at the top, `!*.test.ts` not. */
export function pathMatcher(lines: readonly string[]): (path: string) => boolean {
  const rules = ignore({ ignorecase: true }).add([...lines]);
  return (path) => ignore.isPathValid(path) && rules.ignores(path);
}

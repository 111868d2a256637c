import ignore from 'ignore';

/**
 * Returns a matcher for `.gitignore` lines: `*auth*` matches anywhere, `/src/db/` at the top, `!*.test.ts` excludes.
 */
export function pathMatcher(lines: readonly string[]): (path: string) => boolean {
  const rules = ignore({ ignorecase: true }).add([...lines]);
  return (path) => ignore.isPathValid(path) && rules.ignores(path);
}

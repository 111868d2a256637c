import ignore from 'ignore';
import { matchingTime } from './matching-time.ts';

/**
 * Returns the paths that match `.gitignore` lines: `*auth*` matches anywhere, `/src/db/` at the top, `!*.test.ts`
 * excludes. `param` is the argument that holds the lines.
 * @throws ConclaveError `invalid_request` if matching takes too long.
 */
export function matchingPaths(
  lines: readonly string[],
  { paths, param }: { readonly paths: readonly string[]; readonly param: string },
): ReadonlySet<string> {
  return matchingTime(0.5)({ what: `"${param}"`, paths: paths.length, param }, () => {
    const rules = ignore({ ignorecase: true }).add([...lines]);
    return new Set(paths.filter((path) => ignore.isPathValid(path) && rules.ignores(path)));
  });
}

import ignore from 'ignore';
import { matchingTime } from './matching-time.ts';

/** Some thousand lines for each path. */
const perItemMs = 0.5;

/**
 * Returns the paths that match `.gitignore` lines: `*auth*` matches anywhere, `/src/db/` at the top, `!*.test.ts`
 * excludes. `param` is the argument that holds the lines.
 * @throws ConclaveError `invalid_request` if matching takes too long.
 */
export async function matchingPaths(
  lines: readonly string[],
  {
    paths,
    param,
    signal,
  }: { readonly paths: readonly string[]; readonly param: string; readonly signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const time = matchingTime(signal);
  const patterns = { what: () => `"${param}"`, param };
  const rules = time.read(patterns, () => ignore({ ignorecase: true }).add([...lines]));
  return await time.select(
    paths,
    { ...patterns, perItemMs },
    (path) => ignore.isPathValid(path) && rules.ignores(path),
  );
}

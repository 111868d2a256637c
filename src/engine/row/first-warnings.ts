/** A request of many parts may lose something in each of them. */
const maxListed = 100;

/**
 * Returns as many of the warnings about one written request as are listed; a last one says how many are missing. The
 * limit is per request, so that an attempt's warnings leave room for those of later attempts.
 */
export function firstWarnings(warnings: readonly string[]): readonly string[] {
  if (warnings.length <= maxListed) return warnings;
  const distinct = [...new Set(warnings)];
  const missing = distinct.length - maxListed;
  if (missing <= 0) return distinct;
  const rest = missing === 1 ? '1 more warning is not listed.' : `${missing} more warnings are not listed.`;
  return [...distinct.slice(0, maxListed), rest];
}

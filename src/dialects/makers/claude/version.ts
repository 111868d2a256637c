/**
 * Returns the version in the name of a Claude: `claude-opus-4-6-v1:0` is 4.6, `claude-sonnet-4-20250514` is 4,
 * `claude-3-7-sonnet` is 3.7, `claude-v2:1` is 2. A Claude without a number counts as the newest.
 */
export function claudeVersion(model: string): number {
  const found = /claude-(?:[a-z]+-)?v?(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?/.exec(model.toLowerCase());
  if (!found) return 99;
  return Number(`${found[1]}.${found[2] ?? 0}`);
}

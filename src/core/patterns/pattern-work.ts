/**
 * Counts what multiplies the work of a regular expression: optional and repeated pieces, alternatives, and whether a
 * whole group repeats. Without them, matching takes one step at each position of a text.
 */
export function patternWork(source: string): {
  readonly repeats: number;
  readonly choices: number;
  readonly repeatsGroups: boolean;
} {
  const bare = source
    .replaceAll(/\\./gsu, 'x')
    .replaceAll(/\[[^\]]*\]/gu, 'x')
    .replaceAll('(?', '(');
  return {
    repeats: bare.match(/[*+?{]\??/gu)?.length ?? 0,
    choices: bare.split('|').length - 1,
    repeatsGroups: /\)[*+{]/u.test(bare),
  };
}

/**
 * What makes the work of a regular expression multiply: pieces that may repeat or be missing, choices, and whether a
 * whole group repeats. Without any of them matching takes one look at each place of a text.
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

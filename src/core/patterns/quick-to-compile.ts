/** Longer patterns may take many milliseconds to compile even without repeated groups. */
const longest = 200;

/** Each one doubles the code for what follows it. */
const mostWordBoundaries = 2;

/**
 * Whether compiling the regular expression surely takes few milliseconds. V8 can neither be interrupted while it
 * compiles nor limited in memory, and a pattern of 200 characters, such as `(?:\b)+` many times, ends the process. What it
 * expands or analyses again and again are groups that repeat, lookarounds, modifiers, and references to groups.
 */
export function isQuickToCompile(source: string): boolean {
  if (source.length > longest) return false;
  const bare = source
    .replaceAll(/\\[bB]/gu, '\\b')
    .replaceAll(/\[(?:\\.|[^\]\\])*\]/gsu, 'x')
    .replaceAll(/\\[^bk1-9]/gsu, 'x');
  const boundaries = bare.match(/\\b/gu)?.length ?? 0;
  return boundaries <= mostWordBoundaries && !/\)[*+?{]|\(\?(?!:|<[^=!])|\\[k1-9]/u.test(bare);
}

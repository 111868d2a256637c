/** Longer patterns may take many milliseconds to compile even without repeated groups. */
const longest = 200;

/** Each one doubles the code for what follows it. */
const mostWordBoundaries = 2;

/** Each one stands for hundreds of ranges of characters. */
const mostProperties = 2;

/** An escape, or a class of characters; from left to right, since `\[` opens no class. */
const escapeOrClass = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]/gu;

/**
 * Whether compiling the regular expression surely takes few milliseconds. V8 can neither be interrupted while it
 * compiles nor limited in memory, and a pattern of 200 characters, such as `(?:\b)+` many times, ends the process. What it
 * expands or analyses again and again are groups that repeat, lookarounds, modifiers, and references to groups.
 */
export function isQuickToCompile(source: string): boolean {
  if (source.length > longest || count(source, /\\p/giu) > mostProperties) return false;
  let boundaries = 0;
  let refersToGroup = false;
  const bare = source.replaceAll(escapeOrClass, (found) => {
    if (/^\\b/iu.test(found)) boundaries += 1;
    if (/^\\[k1-9]/u.test(found)) refersToGroup = true;
    return 'x';
  });
  return boundaries <= mostWordBoundaries && !refersToGroup && !/\)[*+?{]|\(\?(?!:|<[^=!])/u.test(bare);
}

function count(text: string, expression: RegExp): number {
  return text.match(expression)?.length ?? 0;
}

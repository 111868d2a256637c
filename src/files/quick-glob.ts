/** In characters of a regular expression; V8 takes less than 100 ms for them, in all the ways that it compiles one. */
const mostToCompile = 10_000;

/**
 * Whether Node's matcher surely compiles a glob in well under 100 ms. Matching can be stopped when it takes too long,
 * compiling cannot, and without groups such as `!(a|b)` and classes such as `[:alpha:]` it is quick at any length.
 */
export function isQuickGlob(glob: string): boolean {
  return weight(glob) === glob.length || toCompile(glob) <= mostToCompile;
}

/**
 * Estimates, never too low, what the matcher makes of a glob, as https://github.com/isaacs/minimatch/blob/main/src/ast.ts
 * does. Braces are replaced by what they stand for first, so a mark at the end of an alternative may begin a group; where
 * there is none, parentheses in braces are only characters.
 */
function toCompile(glob: string): number {
  const marksInBraces = /[!?@+*][{},]/u.test(glob);
  const negated = count(glob, marksInBraces ? /[!{},]\(/gu : /!\(/gu);
  const repeated = count(glob, marksInBraces ? /[+*{},]\(/gu : /[+*]\(/gu);
  // Each alternative of a negated group gets a copy of what follows the group, and of the copies in there. Their
  // product is largest if each group has as many alternatives.
  const copies = negated === 0 ? 0 : (2 + count(glob, /\|/gu) / negated) ** negated;
  const after = glob.slice(glob.indexOf(')') + 1);
  // What is in a repeated group is written twice.
  return (weight(glob) + copies * weight(after)) * 2 ** repeated;
}

/** In characters that are compiled as quickly. */
function weight(text: string): number {
  return text.length + 20 * count(text, /[!?@+*{},]\(/gu) + 200 * count(text, /\[:/gu);
}

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

/** A hundred classes of characters take some milliseconds already. */
const longest = 100;

/**
 * V8 writes the code for the rest of a pattern anew for many of the ways that lead there, and looks ahead on each of them:
 * their numbers multiply.
 */
const mostChoices = 10;

const escaped = String.raw`\\[dswfnrtv!-/:-@[-^{-~]`;
const literal = String.raw`[^\\^$.*+?()[\]{}|\u{d800}-\u{dfff}\u{10000}-\u{10ffff}]`;
const asciiClass = String.raw`\[(?!\^)(?:[\0-[^-~]|${escaped})+\]`;
/** With the flag `u`, a choice between one character and a pair of surrogates. */
const wideClass = String.raw`\.|\\[DSW]|\[(?:[^\\\]]|\\[DSW]|${escaped})+\]`;
const repetition = String.raw`[*+?]\??`;
/** Written out up to three times. */
const counted = String.raw`\{\d+(?:,\d*)?\}\??`;
const groupStart = String.raw`\((?:\?:)?`;
/** A group that repeats is compiled, with all it contains, again and again. */
const groupEnd = String.raw`\)(?![*+?{])`;

const pieces = new RegExp(
  `(?:${literal}|${escaped}|${asciiClass})(?<repeats>${repetition}|${counted})?` +
    `|(?<wide>${wideClass})(?<wideRepeats>${repetition})?` +
    String.raw`|(?<choice>${groupStart}|\||\\b)|${groupEnd}|^\^|\$$`,
  'guy',
);

/**
 * Whether compiling the regular expression, with or without the flags `m` and `u`, surely takes few milliseconds. V8 can
 * neither be interrupted while it compiles nor limited in memory, and what a short pattern costs is known for the simplest
 * shapes alone: characters and classes, each of them repeated or not, alternatives, and anchors at both ends. Nothing
 * else is quick, not even `$` in the middle: each one doubles the code of what follows.
 */
export function isQuickToCompile(source: string): boolean {
  if (source.length > longest) return false;
  let read = 0;
  let choices = 0;
  for (const { 0: piece, groups } of source.matchAll(pieces)) {
    read += piece.length;
    choices += Object.values(groups ?? {}).filter((group) => group !== undefined).length;
  }
  return read === source.length && choices <= mostChoices;
}

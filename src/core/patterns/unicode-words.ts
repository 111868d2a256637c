/**
 * Returns a regular expression's source in which `\w`, `\W`, `\b` and `\B` know the letters and digits of all scripts, as
 * people expect who write `\bÜbersetz`: in JavaScript they know ASCII alone, also with the flag `u`. A `\W` inside a
 * class stays as it is. The result needs the flag `u`.
 */
export function withUnicodeWords(source: string): string {
  return source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/gsu, (piece) =>
    piece.startsWith('[') ? piece.replaceAll(/\\./gsu, inClass) : (outside.get(piece) ?? piece),
  );
}

const letters = String.raw`\p{L}\p{M}\p{N}_`;
const inWord = `[${letters}]`;

const outside: ReadonlyMap<string, string> = new Map([
  [String.raw`\w`, inWord],
  [String.raw`\W`, `[^${letters}]`],
  [String.raw`\b`, `(?:(?<!${inWord})(?=${inWord})|(?<=${inWord})(?!${inWord}))`],
  [String.raw`\B`, `(?:(?<!${inWord})(?!${inWord})|(?<=${inWord})(?=${inWord}))`],
]);

/** In a class, `\b` is a backspace. */
function inClass(piece: string): string {
  return piece === String.raw`\w` ? letters : piece;
}

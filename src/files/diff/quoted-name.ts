/** Reads a name as git writes it in a diff: quoted with C escapes if it contains unusual characters. */
export function readQuotedName(text: string): { readonly name: string; readonly rest: string } | undefined {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text);
  if (!quoted) return undefined;
  return { name: unescape(quoted[1] ?? ''), rest: text.slice(quoted[0].length) };
}

/** Octal escapes are UTF-8 bytes, so the name is assembled as bytes. */
function unescape(text: string): string {
  const bytes: Buffer[] = [];
  for (const [piece, octal, letter] of text.matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/gs)) {
    if (octal !== undefined) bytes.push(Buffer.from([Number.parseInt(octal, 8)]));
    else bytes.push(Buffer.from(letter === undefined ? piece : (controlLetters[letter] ?? letter)));
  }
  return Buffer.concat(bytes).toString();
}

const controlLetters: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

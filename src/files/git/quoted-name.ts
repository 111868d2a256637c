/** Reads a name as git writes it in a diff: in C's notation with quotes where it holds anything unusual. */
export function readQuotedName(text: string): { readonly name: string; readonly rest: string } | undefined {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text);
  if (!quoted) return undefined;
  return { name: unescape(quoted[1] ?? ''), rest: text.slice(quoted[0].length) };
}

/** Octal escapes are bytes of UTF-8, so a name is put together as bytes. */
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

/** A plain reference implementation of `promptScanner` with strings, regular expressions and sets. */
export function plainFeatures(prompt: string): number[] {
  const hashes = new Set<number>();
  const lines = prompt.split('\n').map((text) => ({ text, mark: /^\(?[A-Ja-j][.)] /.exec(text)?.[0] ?? '' }));
  // A final line break does not start another line.
  if (lines.at(-1)?.text === '') lines.pop();
  for (const { text, mark } of lines) {
    let previous = 0x5bd1e995;
    const place = mark === '' ? 0 : 0x68bc21eb;
    for (const token of tokensOf(text.slice(mark.length))) {
      if (isWord(token) && token.length >= 5) hashes.add(mixed(wordHash(token.slice(0, 5)) ^ 0x3344aa11));
      const hash = tokenHash(token);
      hashes.add(mixed(hash ^ place));
      hashes.add(mixed(Math.imul(previous, 0x02e5be93) ^ hash ^ place));
      previous = hash;
    }
  }
  const choices = lines.filter(({ mark }) => mark !== '').map(({ text, mark }) => text.slice(mark.length));
  const stems = lines.filter(({ text, mark }) => mark === '' && text !== '').map(({ text }) => text);
  const read = [...choices, ...stems].flatMap(tokensOf);
  const total = (counts: readonly number[]) => counts.reduce((sum, one) => sum + one, 0);
  const lengths = choices.map(({ length }) => length);
  const inChoices = total(lengths);
  const shape = [
    halfOctave(prompt.length),
    halfOctave(prompt.length - inChoices),
    halfOctave(inChoices),
    halfOctave(Math.max(0, ...lengths)),
    choices.length === 0 ? 0 : halfOctave(Math.min(...lengths)),
    Math.min(choices.length, 12),
    choices.filter((choice) => /^[-$]?[0-9]/.test(choice)).length,
    Math.floor(Math.min(lines.length, 40) / 2),
    halfOctave(total(read.filter((token) => /^[0-9]/.test(token)).map(({ length }) => length))),
    halfOctave(read.filter((token) => /^[()*+\-/<=>[\\\]^_{|}]/.test(token)).length),
    halfOctave(read.filter((token) => /^[A-Z]/.test(token)).length),
    stems.at(-1)?.at(-1)?.charCodeAt(0) ?? 0,
  ];
  for (const [at, value] of shape.entries()) hashes.add(mixed(0x7feb352d + at * 0x9e3779b1 + value));
  return [...hashes];
}

/** Runs of letters, runs of digits, and every other character except spaces on its own. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let before = 'space';
  for (const unit of text.split('')) {
    const kind = kindOf(unit);
    const goesOn = kind === before && (kind === 'letter' || kind === 'digit');
    if (goesOn) tokens.push((tokens.pop() ?? '') + unit);
    else if (kind !== 'space') tokens.push(unit);
    before = kind;
  }
  return tokens;
}

function kindOf(unit: string): 'space' | 'letter' | 'digit' | 'mark' | 'ideograph' {
  const code = unit.charCodeAt(0);
  if (code <= 32 || code === 127 || code === 0xa0 || code === 0x3000) return 'space';
  if (/[0-9]/.test(unit)) return 'digit';
  if (code < 128) return /[a-z]/i.test(unit) ? 'letter' : 'mark';
  if (code >= 0x2000 && code <= 0x2bff) return 'mark';
  return code >= 0x2e80 && code < 0xd800 ? 'ideograph' : 'letter';
}

function isWord(token: string): boolean {
  return kindOf(token) === 'letter';
}

function tokenHash(token: string): number {
  if (isWord(token)) return wordHash(token);
  if (/^[0-9]/.test(token)) return 0x1f3d5b79 + Math.min(token.length, 6);
  return Math.imul(0x2c9277b5 ^ token.charCodeAt(0), 0x01000193);
}

/** FNV-1a over the text in ASCII lower case. */
function wordHash(word: string): number {
  let hash = 0x811c9dc5;
  for (const unit of word.replace(/[A-Z]/g, (capital) => capital.toLowerCase()).split(''))
    hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193);
  return hash;
}

/** MurmurHash3's finaliser. */
function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function halfOctave(count: number): number {
  return Math.floor(2 * Math.log2(count + 1));
}

/** Longer samples are of patterns that nobody means. */
const longest = 10_000;

/**
 * Returns a text that should match a regular expression of the kind used in schemas: literals, classes, groups,
 * alternatives and counts. `undefined` for other expressions.
 */
export function samplePattern(pattern: string): string | undefined {
  const reader: Reader = { pattern, at: 0 };
  try {
    return alternatives(reader);
  } catch {
    return undefined;
  }
}

type Reader = { readonly pattern: string; at: number };

function alternatives(reader: Reader): string {
  const first = sequence(reader);
  while (reader.pattern[reader.at] === '|') {
    reader.at += 1;
    sequence(reader);
  }
  return first;
}

function sequence(reader: Reader): string {
  let text = '';
  while (reader.at < reader.pattern.length && !')|'.includes(reader.pattern[reader.at] ?? '')) {
    const one = atom(reader);
    const times = count(reader);
    if (text.length + one.length * times > longest) throw new RangeError('too long');
    text += one.repeat(times);
  }
  return text;
}

function atom(reader: Reader): string {
  const sign = reader.pattern[reader.at] ?? '';
  reader.at += 1;
  switch (sign) {
    case '^':
    case '$':
      return '';
    case '.':
      return 'a';
    case '(':
      return group(reader);
    case '[':
      return characterClass(reader);
    case '\\': {
      const escaped = reader.pattern[reader.at] ?? '';
      reader.at += 1;
      return classSamples[escaped] ?? escaped;
    }
    default:
      return sign;
  }
}

const classSamples: Readonly<Record<string, string>> = {
  d: '1',
  w: 'a',
  s: ' ',
  b: '',
  B: '',
  D: 'x',
  S: 'x',
  W: '-',
};

function group(reader: Reader): string {
  const special = /^\?(?::|<\w+>)/.exec(reader.pattern.slice(reader.at));
  if (reader.pattern[reader.at] === '?' && !special) throw new RangeError('looks around');
  reader.at += special?.[0].length ?? 0;
  const inside = alternatives(reader);
  reader.at += 1;
  return inside;
}

function characterClass(reader: Reader): string {
  const end = reader.pattern.indexOf(']', reader.at + 1);
  const inside = reader.pattern.slice(reader.at, end);
  reader.at = end + 1;
  if (inside.startsWith('^')) return [...'a1 -_'].find((sign) => new RegExp(`[${inside}]`).test(sign)) ?? 'a';
  const escaped = /^\\(.)/.exec(inside)?.[1];
  return escaped === undefined ? (inside[0] ?? '') : (classSamples[escaped] ?? escaped);
}

function count(reader: Reader): number {
  const sign = reader.pattern[reader.at];
  const counted = /^\{(\d+)(?:,\d*)?\}/.exec(reader.pattern.slice(reader.at));
  const lazy = (length: number): number => {
    reader.at += length;
    if (reader.pattern[reader.at] === '?') reader.at += 1;
    return length;
  };
  if (counted) {
    lazy(counted[0].length);
    return Number(counted[1]);
  }
  if (sign === '+') return lazy(1);
  if (sign === '*' || sign === '?') return lazy(1) - 1;
  return 1;
}

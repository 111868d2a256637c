/** Numerator and denominator; exact, however many digits a number has. */
type Rational = readonly [bigint, bigint];

/** A number as it is written. */
export type WrittenNumber = {
  /** The values that it may have, the likeliest first. */
  readonly values: readonly Rational[];
  /** The first value is usual everywhere; otherwise another is as likely. */
  readonly isSure: boolean;
  readonly isFraction: boolean;
};

/**
 * Reads a number; `undefined` if the text is none. `1.000` is one in English and a thousand in German, and `50%` is
 * also 50, if the question asks for per cent.
 */
export function writtenNumber(text: string): WrittenNumber | undefined {
  if (text.length > longest) return undefined;
  const trimmed = text.trim().replace(/^\+/, '');
  const percent = /^(.+?)\s?\\?%$/.exec(trimmed)?.[1];
  if (percent !== undefined) return asShare(writtenNumber(percent));
  const [, sign, whole = '0', over, under] = /^(-?)(?:(\d+)\s+)?(\d+)\/(\d+)$/.exec(trimmed) ?? [];
  if (over !== undefined && under !== undefined && /[1-9]/.test(under)) {
    const top = BigInt(whole) * BigInt(under) + BigInt(over);
    return { values: [[sign === '-' ? -top : top, BigInt(under)]], isSure: true, isFraction: true };
  }
  const bare = /^-?\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?$/u.test(trimmed)
    ? trimmed.replaceAll(/\s/gu, '')
    : trimmed;
  if (/^-?[1-9]\d{0,2}\.\d{3}$/.test(bare)) return read([bare, bare.replace('.', '')], false);
  if (/^-?[1-9]\d{0,2},\d{3}$/.test(bare)) return read([bare.replace(',', ''), bare.replace(',', '.')], true);
  // With dots between thousands and a decimal comma, as on the European continent.
  if (/^-?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(bare) && /,|\..*\./.test(bare))
    return read([bare.replaceAll('.', '').replace(',', '.')], true);
  if (/^-?\d+,\d+$/.test(bare)) return read([bare.replace(',', '.')], true);
  return /^-?(?:\d+\.?\d*|\.\d+)$/.test(bare) ? read([bare], true) : undefined;
}

/**
 * Whether two numbers are the same; `undefined` if they are in only one of their readings, or if two fractions may be
 * dates.
 */
export function isSameNumber(one: WrittenNumber, other: WrittenNumber): boolean | undefined {
  const isShared = one.values.some((a) => other.values.some((b) => isEqual(a, b)));
  if (!isShared) return false;
  if (one.isFraction && other.isFraction) return undefined;
  const [a, b] = [one.values[0], other.values[0]];
  return one.isSure && other.isSure && a && b && isEqual(a, b) ? true : undefined;
}

/** Parsing takes time with the square of the digits. */
const longest = 1_000;

function read(texts: readonly string[], isSure: boolean): WrittenNumber {
  return { values: texts.map(decimal), isSure, isFraction: false };
}

function asShare(number: WrittenNumber | undefined): WrittenNumber | undefined {
  if (!number) return undefined;
  const values = number.values.flatMap(([a, b]): Rational[] => [
    [a, b],
    [a, b * 100n],
  ]);
  return { values, isSure: false, isFraction: false };
}

function decimal(text: string): Rational {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = BigInt(`${whole}${fraction}`.replace(/^-?$/, '0'));
  return [digits, 10n ** BigInt(fraction.length)];
}

function isEqual([a, b]: Rational, [c, d]: Rational): boolean {
  return a * d === c * b;
}

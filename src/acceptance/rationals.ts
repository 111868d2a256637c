/** Numerator and denominator; exact, however many digits a number has. */
export type Rational = readonly [bigint, bigint];

/**
 * Returns the values that a number may have as it is written, the likeliest first; `undefined` if it is no number.
 * `1.000` is one in English and a thousand in German, and `50%` is also 50, if the question asks for per cent.
 */
export function rationalsOf(text: string): Rational[] | undefined {
  if (text.length > longest) return undefined;
  const bare = text.replaceAll(/[\s\u2009\u202f]/gu, '').replace(/^\+/, '');
  const percent = /^(.+?)\\?%$/.exec(bare)?.[1];
  if (percent !== undefined) {
    return rationalsOf(percent)?.flatMap(([a, b]): Rational[] => [
      [a, b],
      [a, b * 100n],
    ]);
  }
  const [, over, under] = /^(-?\d+)\/(\d+)$/.exec(bare) ?? [];
  if (over !== undefined && under !== undefined && /[1-9]/.test(under))
    return [[BigInt(over), BigInt(under)]];
  if (/^-?[1-9]\d{0,2}\.\d{3}$/.test(bare)) return [decimal(bare), decimal(bare.replace('.', ''))];
  // With dots between thousands and a decimal comma, as on the European continent.
  if (/^-?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(bare) && /,|\..*\./.test(bare)) {
    return [decimal(bare.replaceAll('.', '').replace(',', '.'))];
  }
  if (/^-?\d+,\d+$/.test(bare)) return [decimal(bare.replace(',', '.'))];
  return /^-?(?:\d+\.?\d*|\.\d+)$/.test(bare) ? [decimal(bare)] : undefined;
}

/** Parsing takes time with the square of the digits. */
const longest = 1_000;

function decimal(text: string): Rational {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = BigInt(`${whole}${fraction}`.replace(/^-?$/, '0'));
  return [digits, 10n ** BigInt(fraction.length)];
}

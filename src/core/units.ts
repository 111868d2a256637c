/** Milliseconds, a duration unless the name ends in `At` (then since the Unix epoch). */
export type Ms = number;

/** A count of model tokens, a non-negative integer. */
export type Tokens = number;

/** United States dollars as a decimal number; for input and display only, never for sums. */
export type Usd = number;

/** Billionths of a dollar. The one unit of money inside Conclave and in its stores. */
export type NanoUsd = bigint;

const nanoPerUsd = 1e9;

/** Converts a dollar amount to whole nano-dollars, rounding half up. */
export function nanoFromUsd(usd: Usd): NanoUsd {
  return BigInt(Math.round(usd * nanoPerUsd));
}

/**
 * Returns the number in a decimal text times ten to the `power`, rounded half up to a whole number; exact, since it
 * never becomes a double. `undefined` if the text is negative or not a number.
 */
export function wholeFromDecimal(text: string, power: number): bigint | undefined {
  const [, whole, fraction = '', exponent = '0'] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) + power - fraction.length;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const one = 10n ** BigInt(-shift);
  return (digits + one / 2n) / one;
}

/**
 * Formats nano-dollars as dollars for a person or a header: `"0.000123456"`, without trailing zeros. An unknown amount
 * is `"unknown"`.
 */
export function usdText(amount: NanoUsd | undefined): string {
  if (amount === undefined) return 'unknown';
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -9)}${fraction ? `.${fraction}` : ''}`;
}

/**
 * Formats nano-dollars with a dollar sign, `"$0.000123456"` or `"-$0.5"`; a computed amount is rounded to a whole
 * nano-dollar.
 */
export function dollarText(amount: NanoUsd | number): string {
  const text = usdText(typeof amount === 'bigint' ? amount : BigInt(Math.round(amount)));
  return text.startsWith('-') ? `-$${text.slice(1)}` : `$${text}`;
}

/** Converts nano-dollars to dollars, for programs that display a number; not for sums. */
export function usdFromNano(amount: NanoUsd | number): Usd {
  return Number(amount) / nanoPerUsd;
}

/**
 * Converts a sum of nano-dollars to a JSON number: exact up to 2^53, about nine million dollars, and from there on the
 * nearest double, which has sixteen digits. A report must not fail because of the size of one of its figures.
 */
export function sumToJson(sum: NanoUsd): number {
  return Number(sum);
}

/**
 * Converts the nano-dollars of a call to the safe integer that JSON can hold.
 * @throws RangeError above 2^53 - 1, about nine million dollars, rather than rounding money.
 */
export function nanoToJson(amount: NanoUsd): number {
  const value = Number(amount);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${amount} nano-dollars do not fit a JSON number`);
  return value;
}

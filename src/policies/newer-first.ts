/** More than any version or date. */
const most = 1e15;
const digits = String(most).length;

/** Parts that every version is written with: one that ends sooner has a 0 there. */
const parts = 3;

/** `5-5` and `3.8`, but neither the `70` of `3-70b`, which is a size, nor the date of `5-20251101`, nor the day of `4-0613`. */
const versions = /\d+(?:(?<!\d{4})[-.]\d{1,3}(?![\da-z]))*/gi;

/**
 * A text in whose order a newer version precedes an older one of the same name: `claude-opus-5-5` before `claude-opus-5`,
 * `gemini-3.8-flash` before `gemini-3.6-flash`, and a name before the same with a date behind it.
 */
export function newerFirstKey(id: string): string {
  return id.replace(versions, (version) => {
    const numbers = version.split(/[-.]/).map(Number);
    while (numbers.length < parts) numbers.push(0);
    return numbers.map((number) => String(most - Math.min(number, most)).padStart(digits, '0')).join('.');
  });
}

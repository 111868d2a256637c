/** Larger than any version number or date. */
const most = 1e15;
const digits = String(most).length;

/** Every version is padded to this many parts with zeros. */
const parts = 3;

/**
 * Matches `5-5` and `3.8`, but neither the `70` of `3-70b`, which is a size, nor the date of `5-20251101`, nor the day
 * of `4-0613`.
 */
const versions = /\d+(?:(?<!\d{4})[-.]\d{1,3}(?![\da-z]))*/gi;

/**
 * Returns a sort key that puts a newer version before an older one of the same name: `claude-opus-5-5` before
 * `claude-opus-5`, `gemini-3.8-flash` before `gemini-3.6-flash`, and a name before the same name with a date.
 */
export function newerFirstKey(id: string): string {
  return id.replace(versions, (version) => {
    const numbers = version.split(/[-.]/).map(Number);
    while (numbers.length < parts) numbers.push(0);
    return numbers.map((number) => String(most - Math.min(number, most)).padStart(digits, '0')).join('.');
  });
}

/** Compares two numbers for sorting, by operators: the difference of two infinities is NaN. */
export function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Returns the smallest number of a list of any length; `Infinity` if it is empty. */
export function minOf(numbers: Iterable<number>): number {
  let least = Infinity;
  for (const number of numbers) least = Math.min(least, number);
  return least;
}

/** Returns the largest number of a list of any length; `-Infinity` if it is empty. */
export function maxOf(numbers: Iterable<number>): number {
  let most = -Infinity;
  for (const number of numbers) most = Math.max(most, number);
  return most;
}

/** Formats a number of calls: `1 call`, `2 calls`. */
export function countedCalls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}

/** Makes a number storable: providers may report any number, and databases hold integers. */
export function storedInteger(amount: number): number {
  return Math.trunc(Math.max(-Number.MAX_SAFE_INTEGER, Math.min(amount, Number.MAX_SAFE_INTEGER)));
}

/** Returns a provider's name as ids are written. */
export function idSpelling(written: string): string {
  return written.trim().toLowerCase().replaceAll(' ', '-');
}

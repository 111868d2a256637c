/** Spellings that clients use and providers reject. */
const others: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
};

/** Returns a client's media type in its registered spelling. */
export function registeredType(mediaType: string): string {
  const plain = mediaType.trim().toLowerCase();
  return others[plain] ?? plain;
}

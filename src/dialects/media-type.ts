/** Spellings that clients use and providers refuse. */
const others: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
};

/** A client's type of media as its register spells it. */
export function registeredType(mediaType: string): string {
  const plain = mediaType.trim().toLowerCase();
  return others[plain] ?? plain;
}

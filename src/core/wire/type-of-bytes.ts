/** First bytes of files of these types. */
const beginnings: readonly (readonly [type: string, bytes: string, offset: number])[] = [
  ['image/png', '89504e470d0a1a0a', 0],
  ['image/jpeg', 'ffd8ff', 0],
  ['image/gif', '474946383', 0],
  ['image/webp', '57454250', 8],
  ['application/pdf', '255044462d', 0],
];

/** Returns the type of an image or a PDF by its first bytes, 16 of which are enough; `undefined` for anything else. */
export function typeOfBytes(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  return beginnings.find(([, begins, offset]) => start.startsWith(begins, offset * 2))?.[0];
}

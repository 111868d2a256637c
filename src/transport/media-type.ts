const known = /^(?:image\/[a-z0-9.+-]+|audio\/[a-z0-9.+-]+|application\/pdf)$/;

/** First bytes of files of these types. */
const beginnings: readonly (readonly [type: string, bytes: string, offset: number])[] = [
  ['image/png', '89504e470d0a1a0a', 0],
  ['image/jpeg', 'ffd8ff', 0],
  ['image/gif', '474946383', 0],
  ['image/webp', '57454250', 8],
  ['application/pdf', '255044462d', 0],
];

/**
 * Returns the type of media by its first bytes, else by the server's content type; `undefined` unless it is an image, a
 * PDF or audio. Bytes take precedence, because servers often report a wrong type, which models then reject.
 */
export function mediaTypeOf(contentType: string | undefined, bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  const seen = beginnings.find(([, begins, offset]) => start.startsWith(begins, offset * 2));
  if (seen) return seen[0];
  const said = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return known.test(said) ? said : undefined;
}

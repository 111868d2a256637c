const known = /^(?:image\/[a-z0-9.+-]+|audio\/[a-z0-9.+-]+|application\/pdf)$/;

/** How files of these types begin. */
const beginnings: readonly (readonly [type: string, bytes: string, offset: number])[] = [
  ['image/png', '89504e470d0a1a0a', 0],
  ['image/jpeg', 'ffd8ff', 0],
  ['image/gif', '474946383', 0],
  ['image/webp', '57454250', 8],
  ['application/pdf', '255044462d', 0],
];

/**
 * The type of media by how its bytes begin, else by what its server says; `undefined` for what is neither an image, a PDF
 * nor a sound. Bytes come first, because servers are often wrong and models then refuse.
 */
export function mediaTypeOf(contentType: string | undefined, bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  const seen = beginnings.find(([, begins, offset]) => start.startsWith(begins, offset * 2));
  if (seen) return seen[0];
  const said = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return known.test(said) ? said : undefined;
}

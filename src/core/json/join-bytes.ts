/**
 * Joins the pieces in memory of their own. `Buffer.concat` allocates from a pool of 64 KiB that lives as long as
 * anything in it: too expensive for bytes that wait for a slow reader.
 */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const piece of pieces) size += piece.byteLength;
  const joined = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}

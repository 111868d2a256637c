/** Returns the provider's own bytes without what `hide` removes from their text; the same bytes if that is nothing. */
export function hiddenIn(bytes: Uint8Array, hide: (text: string) => string): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const shown = hide(text);
  return shown === text ? bytes : Buffer.from(shown);
}

const jsonString = /"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"/g;

/**
 * Returns a provider's event without what `hide` removes from the strings of its JSON, each of which is read first, as
 * what they quote is escaped once more in them. Everything else stays as it came.
 */
export function hiddenInStrings(event: Uint8Array, hide: (text: string) => string): Uint8Array {
  const text = Buffer.from(event.buffer, event.byteOffset, event.byteLength).toString();
  const shown = text.replaceAll(jsonString, (written) => hiddenInString(written, hide));
  return shown === text ? event : Buffer.from(shown);
}

function hiddenInString(written: string, hide: (text: string) => string): string {
  let read: string;
  try {
    read = String(JSON.parse(written));
  } catch {
    // Quoted in a comment beside the JSON.
    return hide(written);
  }
  const rest = hide(read);
  return rest === read ? written : JSON.stringify(rest);
}

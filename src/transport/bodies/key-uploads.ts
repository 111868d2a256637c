/** The request bodies that one key is sending now. */
export type KeyUploads = {
  /** Bodies that have not arrived whole. */
  open: number;
  /** The bytes of these bodies that have arrived. */
  bytes: number;
};

/**
 * Returns a function that finds the uploads of a key. There are as many entries as keys; they stay, since adding and
 * removing one with every request costs more than it saves.
 */
export function uploadsByKey(): (keyId: string) => KeyUploads {
  const uploads = new Map<string, KeyUploads>();
  return (keyId) => {
    const known = uploads.get(keyId);
    if (known) return known;
    const none = { open: 0, bytes: 0 };
    uploads.set(keyId, none);
    return none;
  };
}

import { hash, randomInt as cryptoRandomInt } from 'node:crypto';
import type { KeySettings, KeyStore, VirtualKey } from '../core/stores/stores.ts';

/** Tells people and secret scanners what they have found. */
const keyPrefix = 'ck-';
const keyLength = 32;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new virtual key: `ck-` and 32 characters of base 62, 190 bits that nobody can guess. */
export function newVirtualKey(randomInt: (below: number) => number = cryptoRandomInt): string {
  return keyPrefix + Array.from({ length: keyLength }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** What a store knows a key by: SHA-256 in hex. A long random key needs no slower hash. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/** As much of a key of ours as may be shown: enough to tell it from others, and 28 characters too few to use it. */
export function shownPrefix(key: string): string | undefined {
  const isOurs = key.startsWith(keyPrefix) && key.length === keyPrefix.length + keyLength;
  return isOurs ? key.slice(0, keyPrefix.length + 4) : undefined;
}

/** Makes and stores a virtual key. The key itself is in this answer and nowhere else. */
export async function issueKey(
  keys: KeyStore,
  settings: KeySettings,
): Promise<{ readonly key: string; readonly stored: VirtualKey }> {
  const key = newVirtualKey();
  return { key, stored: await keys.create(settings, hashKey(key), shownPrefix(key)) };
}

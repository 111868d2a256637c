import { hash, randomInt as cryptoRandomInt } from 'node:crypto';
import type { KeySettings, KeyStore, VirtualKey } from '../core/stores/stores.ts';
import type { Ms } from '../core/units.ts';

/** Lets people and secret scanners recognise a key. */
const keyPrefix = 'ck-';
const keyLength = 32;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Makes a new virtual key: `ck-` and 32 random characters of base 62, 190 bits. */
export function newVirtualKey(randomInt: (below: number) => number = cryptoRandomInt): string {
  return keyPrefix + Array.from({ length: keyLength }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Returns the hash that identifies a key in a store: SHA-256 in hex. A long random key needs no slower hash. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/**
 * Returns the part of a Conclave key that may be shown: enough to recognise it, but 28 characters short of using it.
 * `undefined` for other keys.
 */
export function shownPrefix(key: string): string | undefined {
  const isOurs = key.startsWith(keyPrefix) && key.length === keyPrefix.length + keyLength;
  return isOurs ? key.slice(0, keyPrefix.length + 4) : undefined;
}

/** A key with its secret, which only the result of making or rotating it contains. */
export type IssuedKey = { readonly key: string; readonly stored: VirtualKey };

/** Makes and stores a virtual key. */
export async function issueKey(keys: KeyStore, settings: KeySettings): Promise<IssuedKey> {
  const key = newVirtualKey();
  return { key, stored: await keys.create(settings, hashKey(key), shownPrefix(key)) };
}

/**
 * Gives a virtual key another secret. The former one is accepted for `graceMs` more. `undefined` if there is no such
 * key.
 */
export async function rotateSecret(
  keys: KeyStore,
  id: string,
  { now, graceMs }: { readonly now: Ms; readonly graceMs: Ms },
): Promise<IssuedKey | undefined> {
  const key = newVirtualKey();
  const secret = { hash: hashKey(key), prefix: shownPrefix(key) };
  const stored = await keys.rotate(id, { ...secret, rotatedAt: now, formerUntil: now + graceMs });
  return stored && { key, stored };
}

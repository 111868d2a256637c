import type { KeyStore } from '../core/stores/stores.ts';

/** Returns `wanted` or, if a key in use has that name, `wanted-suffix`. */
export async function unusedKeyName(keys: KeyStore, wanted: string, suffix: string): Promise<string> {
  const taken = (await keys.list()).some(({ name, disabled }) => !disabled && name === wanted);
  return taken ? `${wanted}-${suffix}` : wanted;
}

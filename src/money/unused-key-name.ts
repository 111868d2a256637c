import type { KeyStore } from '../core/stores/stores.ts';

/** Returns `wanted` or, if a key in use has that name, `wanted-behind`. */
export async function unusedKeyName(keys: KeyStore, wanted: string, behind: string): Promise<string> {
  const taken = (await keys.list()).some(({ name, disabled }) => !disabled && name === wanted);
  return taken ? `${wanted}-${behind}` : wanted;
}

import { ConclaveError } from '../core/errors.ts';
import type { KeyStore, VirtualKey } from '../core/stores.ts';

/**
 * Refuses a name that another key in use has: rules, folders and reports go by names. A disabled key leaves its name to
 * its successor.
 * @throws ConclaveError `invalid_request` with status 409.
 */
export async function refuseTakenName(
  keys: KeyStore,
  { name, id }: { readonly name: string; readonly id?: string },
): Promise<void> {
  const holder = (await keys.list()).find((key) => key.id !== id && isInUseAs(key, name));
  if (!holder) return;
  throw new ConclaveError(
    'invalid_request',
    `A key in use is called "${name}" (${holder.id}); take another name, or disable that key first.`,
    { status: 409, param: 'name' },
  );
}

/** `wanted`, or where it is taken `wanted` with this behind it. */
export async function freeName(keys: KeyStore, wanted: string, behind: string): Promise<string> {
  const taken = (await keys.list()).some((key) => isInUseAs(key, wanted));
  return taken ? `${wanted}-${behind}` : wanted;
}

function isInUseAs({ name, disabled }: VirtualKey, wanted: string): boolean {
  return !disabled && name === wanted;
}

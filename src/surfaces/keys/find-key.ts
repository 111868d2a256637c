import { ConclaveError } from '../../core/errors.ts';
import { nearestNames } from '../../core/names/nearest-names.ts';
import type { KeyStore, VirtualKey } from '../../core/stores/stores.ts';

/**
 * The key of this id or name; of several with one name the one that is in use. @throws ConclaveError `not_found` with the nearest names, or `invalid_request` where several have
 * the name.
 */
export async function findKey(store: KeyStore, asked: string): Promise<VirtualKey> {
  const keys = await store.list();
  const named = keys.filter(({ id, name }) => id === asked || name === asked);
  const inUse = named.filter(({ disabled }) => !disabled);
  const [only, ...others] = inUse.length === 1 ? inUse : named;
  if (only && others.length === 0) return only;
  const ids =
    others.length > 0
      ? named.map(({ id }) => id)
      : nearestNames(
          asked,
          keys.map(({ name }) => name),
        );
  throw new ConclaveError(
    others.length > 0 ? 'invalid_request' : 'not_found',
    others.length > 0
      ? `${named.length} keys are called "${asked}"; name one by its id: ${ids.join(', ')}.`
      : `There is no key "${asked}"${ids.length > 0 ? `; near it: ${ids.join(', ')}` : ''}.`,
  );
}

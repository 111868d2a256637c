import { ConclaveError } from '../core/errors.ts';
import { nearestNames } from '../core/names/nearest-names.ts';
import { suggestion } from '../core/names/did-you-mean.ts';
import { shownName } from '../core/names/shown-name.ts';
import type { VirtualKey } from '../core/stores/stores.ts';

/**
 * Returns the key with this id or name. If several keys have the name, it means the only active one or, with `revoked`,
 * the only revoked one.
 * @throws ConclaveError `not_found` with the nearest names, or `invalid_request` if the name is ambiguous.
 */
export function findKey(
  keys: readonly VirtualKey[],
  asked: string,
  { revoked = false }: { readonly revoked?: boolean } = {},
): VirtualKey {
  const withId = keys.find(({ id }) => id === asked);
  if (withId) return withId;
  const named = keys.filter(({ name }) => name === asked);
  const meant = named.filter(({ disabled }) => disabled === revoked);
  const [only, ...others] = meant.length === 1 ? meant : named;
  if (only && others.length === 0) return only;
  if (others.length > 0) {
    const ids = named.map(({ id }) => id).join(', ');
    throw new ConclaveError(
      'invalid_request',
      `${named.length} keys have the name "${asked}"; use an id: ${ids}.`,
    );
  }
  const near = nearestNames(
    asked,
    keys.map(({ name }) => name),
  );
  const hint = near.length > 0 ? `; ${suggestion(near)}` : '.';
  throw new ConclaveError('not_found', `There is no key "${shownName(asked)}"${hint}`);
}

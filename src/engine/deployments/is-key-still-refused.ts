import type { Deployment } from '../../core/provider.ts';
import type { Ms } from '../../core/units.ts';

/** A deployment that has been asked. */
type Asked = {
  readonly deployment: Deployment;
  /** The end of the bench of its key, if its own calls were refused; else 0. */
  readonly keyRefusedUntil: Ms;
};

/**
 * Whether the bench of a key holds after some of the deployments that use it have moved to another address. It does not
 * if the key was refused only at addresses that are no longer used.
 */
export function isKeyStillRefused(
  { moved, unmoved }: { readonly moved: readonly Asked[]; readonly unmoved: readonly Asked[] },
  at: Ms,
): boolean {
  const isRefused = ({ keyRefusedUntil }: Asked) => keyRefusedUntil > at;
  // If another process found the bench, the address at which the key was refused is not known here.
  return unmoved.some(isRefused) || (unmoved.length > 0 && !moved.some(isRefused));
}

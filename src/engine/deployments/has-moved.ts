import { addressKey } from '../../core/accounts/address-key.ts';
import { credentialKey } from '../../core/accounts/credential-key.ts';
import type { Deployment } from '../../core/deployment.ts';

/**
 * Whether two configurations of a deployment differ in its credential or its address: what was learned about one does
 * not hold for the other.
 */
export function hasMoved(before: Deployment, after: Deployment): boolean {
  return before !== after && (addressKey(before) !== addressKey(after) || hasOtherKey(before, after));
}

/** Every caller has a key of its own. */
function hasOtherKey(before: Deployment, after: Deployment): boolean {
  const isCallers = before.payer === 'caller' && after.payer === 'caller';
  return !isCallers && credentialKey(before) !== credentialKey(after);
}

import { credentialKey } from '../../../../core/accounts/credential-key.ts';
import type { SoftFilter } from '../filter.ts';

/**
 * An answer is stored with the account that paid for it: other keys of the same provider do not find it. If its key is
 * gone, the provider may still find the answer with another key of the same account.
 */
export const sameAccount: SoftFilter = {
  applies: ({ origin }) => origin !== undefined,
  excludes({ deployment }, { origin }) {
    if (credentialKey(deployment) === origin) return undefined;
    return { rule: 'origin', reason: 'what the call refers to is stored under another key' };
  },
  isSure: () => true,
};

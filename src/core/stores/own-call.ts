import type { Principal } from '../call.ts';
import { ConclaveError } from '../errors.ts';
import { shownName } from '../names/shown-name.ts';
import type { CallRow } from './ledger.ts';
import type { LedgerStore } from './stores.ts';

/**
 * Returns the row of a call if this key made it, or any row to an admin.
 * @throws ConclaveError `not_found`, alike for a call of another key and one that does not exist: a client learns
 * nothing about other keys.
 */
export async function ownCall(
  ledger: Pick<LedgerStore, 'show'>,
  requestId: string,
  { keyId, admin }: Pick<Principal, 'keyId' | 'admin'>,
): Promise<CallRow> {
  const row = await ledger.show(requestId);
  if (row && (admin || row.keyId === keyId)) return row;
  throw new ConclaveError(
    'not_found',
    `There is no call ${shownName(requestId)} of this key; the id is in the last line of a tool's answer, and in the x-conclave-request-id of a reply.`,
    { param: 'request_id' },
  );
}

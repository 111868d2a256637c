import type { KeyAt } from '../books/books.ts';
import type { PostgresTransaction } from './postgres-transaction.ts';

/** Locks the rows of keys until the transaction ends: nobody else then decides about their budgets and rate windows. */
export function sendKeyLocks({ send }: PostgresTransaction, keys: readonly Pick<KeyAt, 'keyId'>[]): void {
  if (keys.length === 0) return;
  void send('SELECT id FROM virtual_keys WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', [
    [...new Set(keys.map(({ keyId }) => keyId))],
  ]);
}

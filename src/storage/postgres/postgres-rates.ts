import { minOf } from '../../core/lists/extremes.ts';
import { oldestSecond, type SecondUse } from '../../core/money/rate-windows.ts';
import type { KeyAt, RateBooks } from '../books/books.ts';
import type { SqlRow } from '../sql/sql-runner.ts';
import { sendInsert } from './bulk-statements.ts';
import type { PostgresTransaction } from './postgres-transaction.ts';

/** The rate windows of keys, fetched before the work; what it adds is sent after it. */
export type PostgresRates = RateBooks & { send(): void };

/** What a key uses in addition. */
export type AddedUse = SecondUse & { readonly keyId: string };

/** @param keys must be locked already. */
export async function fetchRates(
  transaction: PostgresTransaction,
  keys: readonly KeyAt[],
): Promise<PostgresRates> {
  const seconds = new Map<string, Map<number, SecondUse>>();
  const added: AddedUse[] = [];
  if (keys.length > 0) {
    const { rows } = await transaction.send(
      'SELECT key_id, second, requests, tokens FROM rate_windows WHERE key_id = ANY ($1) ORDER BY second',
      [[...new Set(keys.map(({ keyId }) => keyId))]],
    );
    for (const row of rows) add(String(row['key_id']), secondUse(row));
  }

  function add(keyId: string, use: SecondUse): void {
    const ofKey = seconds.get(keyId);
    if (ofKey) ofKey.set(use.second, sum(ofKey.get(use.second), use));
    else seconds.set(keyId, new Map([[use.second, use]]));
  }

  return {
    used: (keyId) => [...(seconds.get(keyId)?.values() ?? [])].sort((a, b) => a.second - b.second),
    add(keyId, use) {
      add(keyId, use);
      added.push({ keyId, ...use });
    },
    send() {
      sendForgetting(transaction, keys);
      sendAddedUses(transaction, added);
    },
  };
}

/** Deletes the seconds of keys that count no more. */
export function sendForgetting({ send }: PostgresTransaction, keys: readonly KeyAt[]): void {
  if (keys.length === 0) return;
  const keyIds = [...new Set(keys.map(({ keyId }) => keyId))];
  const oldest = minOf(keys.map(({ at }) => oldestSecond(at)));
  void send('DELETE FROM rate_windows WHERE key_id = ANY ($1) AND second < $2', [keyIds, oldest]);
}

export function sendAddedUses(transaction: PostgresTransaction, added: readonly AddedUse[]): void {
  const sums = new Map<string, AddedUse>();
  for (const use of added) {
    const name = `${use.keyId} ${use.second}`;
    sums.set(name, { keyId: use.keyId, ...sum(sums.get(name), use) });
  }
  sendInsert(
    transaction,
    'rate_windows',
    [...sums.values()].map(({ keyId, ...use }) => ({ key_id: keyId, ...use })),
    'ON CONFLICT (key_id, second) DO UPDATE ' +
      'SET requests = rate_windows.requests + excluded.requests, tokens = rate_windows.tokens + excluded.tokens',
  );
}

function sum(before: SecondUse | undefined, { second, requests, tokens }: SecondUse): SecondUse {
  return { second, requests: requests + (before?.requests ?? 0), tokens: tokens + (before?.tokens ?? 0) };
}

function secondUse(row: SqlRow): SecondUse {
  return {
    second: Number(row['second']),
    requests: Number(row['requests']),
    tokens: Number(row['tokens']),
  };
}

import type { PoolClient } from 'pg';
import { minOf } from '../../core/lists/extremes.ts';
import { oldestSecond, type SecondUse } from '../../core/money/rate-windows.ts';
import type { KeyAt, RateBooks } from '../books/books.ts';
import type { SqlRow } from '../sql/sql-runner.ts';
import { bulkInsert } from './bulk-statements.ts';

/** The rate windows of keys, fetched before the work and written after it. The row of a key guards its window. */
export type PostgresRates = RateBooks & { write(): Promise<void> };

/** @param keys must be locked already. */
export async function fetchRates(client: PoolClient, keys: readonly KeyAt[]): Promise<PostgresRates> {
  const seconds = new Map<string, Map<number, SecondUse>>();
  const added = new Map<string, SecondUse & { readonly keyId: string }>();
  if (keys.length > 0) {
    const oldest = minOf(keys.map(({ at }) => oldestSecond(at)));
    const keyIds = [...new Set(keys.map(({ keyId }) => keyId))];
    await client.query('DELETE FROM rate_windows WHERE key_id = ANY ($1) AND second < $2', [keyIds, oldest]);
    const { rows } = await client.query<SqlRow>(
      'SELECT key_id, second, requests, tokens FROM rate_windows WHERE key_id = ANY ($1) ORDER BY second',
      [keyIds],
    );
    for (const row of rows) put(String(row['key_id']), secondUse(row));
  }

  function put(keyId: string, use: SecondUse): void {
    const ofKey = seconds.get(keyId);
    if (ofKey) ofKey.set(use.second, use);
    else seconds.set(keyId, new Map([[use.second, use]]));
  }

  return {
    used: (keyId) => [...(seconds.get(keyId)?.values() ?? [])].sort((a, b) => a.second - b.second),
    add(keyId, { second, requests, tokens }) {
      const before = seconds.get(keyId)?.get(second);
      const use = {
        second,
        requests: requests + (before?.requests ?? 0),
        tokens: tokens + (before?.tokens ?? 0),
      };
      put(keyId, use);
      added.set(`${keyId} ${second}`, { keyId, ...use });
    },
    write: () =>
      bulkInsert(
        client,
        'rate_windows',
        [...added.values()].map(({ keyId, ...use }) => ({ key_id: keyId, ...use })),
        'ON CONFLICT (key_id, second) DO UPDATE SET requests = excluded.requests, tokens = excluded.tokens',
      ),
  };
}

function secondUse(row: SqlRow): SecondUse {
  return {
    second: Number(row['second']),
    requests: Number(row['requests']),
    tokens: Number(row['tokens']),
  };
}

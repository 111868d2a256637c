import { randomUUID } from 'node:crypto';
import { ConclaveError } from '../core/errors.ts';
import type { LedgerStore } from '../core/stores/stores.ts';
import type { SqlRunner } from './sql-runner.ts';

// Running calls use these, so the SQL is written by hand: the reports' query builder takes a tenth of a second to load,
// during which no stream would make progress.

/**
 * Stores how good an answer was, replacing an earlier report of the same source. Its time is later than that of every
 * existing outcome: readers ask for what came since, and the clocks of writers differ and may be set back.
 * @throws ConclaveError `not_found`
 */
export async function addOutcome(
  sql: SqlRunner,
  { callId, at, kind, score, source }: Parameters<LedgerStore['addOutcome']>[0],
): Promise<void> {
  const known = await sql.all({ sql: 'SELECT id FROM calls WHERE id = ?', values: [callId] });
  if (known.length === 0) {
    throw new ConclaveError('not_found', `There is no call ${callId} in this ledger.`);
  }
  const id = randomUUID();
  const key = [callId, kind, source];
  await sql.write([
    {
      sql: `INSERT INTO outcomes (id, call_id, kind, source, at, score, first_at) VALUES (?, ?, ?, ?,
          (SELECT MAX(time) FROM (SELECT CAST(? AS bigint) AS time UNION ALL SELECT MAX(at) + 1 FROM outcomes) AS times), ?,
          (SELECT MIN(COALESCE(first_at, at)) FROM outcomes WHERE call_id = ? AND kind = ? AND source = ?))`,
      values: [id, ...key, Math.trunc(at), score, ...key],
    },
    {
      sql: 'DELETE FROM outcomes WHERE call_id = ? AND kind = ? AND source = ? AND (id IS NULL OR id <> ?)',
      values: [...key, id],
    },
  ]);
}

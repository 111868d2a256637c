import { randomUUID } from 'node:crypto';
import { ConclaveError } from '../core/errors.ts';
import type { LedgerStore } from '../core/stores/stores.ts';
import type { SqlRunner } from './sql-runner.ts';

// Calls themselves ask for these, so that they are written by hand: the reports' query builder takes a tenth of a second
// to load, in which no stream would move.

/**
 * How good an answer was, instead of what the same source has said before. Its time is never before that of an outcome
 * which is already there: readers ask for what came since, and the clocks of writers differ and are set back.
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
  const said = [callId, kind, source];
  await sql.write([
    {
      sql: `INSERT INTO outcomes (id, call_id, kind, source, at, score, first_at) VALUES (?, ?, ?, ?,
          (SELECT MAX(time) FROM (SELECT CAST(? AS bigint) AS time UNION ALL SELECT MAX(at) + 1 FROM outcomes) AS times), ?,
          (SELECT MIN(COALESCE(first_at, at)) FROM outcomes WHERE call_id = ? AND kind = ? AND source = ?))`,
      values: [id, ...said, Math.trunc(at), score, ...said],
    },
    {
      sql: 'DELETE FROM outcomes WHERE call_id = ? AND kind = ? AND source = ? AND (id IS NULL OR id <> ?)',
      values: [...said, id],
    },
  ]);
}

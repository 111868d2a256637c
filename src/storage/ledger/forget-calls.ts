import type { Ms } from '../../core/units.ts';
import type { SqlRunner, SqlStatement, SqlValue } from '../sql/sql-runner.ts';
import { deleteOldRows } from './delete-old-rows.ts';

/** Few enough that the commit does not delay other calls. */
const callsPerCommit = 100;

/** Tables whose rows belong to a call. */
const parts = ['attempts', 'bodies', 'outcomes', 'thoughts', 'kept_pieces'] as const;
/** Windows that end; the longest lasts 31 days. */
const endingPeriods = ['hour', 'day', 'week', 'month'] as const;
const longestPeriodMs: Ms = 31 * 86_400_000;

/** Deletes older calls, a hundred at a time, so that other writes get their turn. Resolves with how many calls. */
export async function forgetCalls(
  { sql, reports }: { readonly sql: SqlRunner; readonly reports: SqlRunner },
  before: Ms,
): Promise<number> {
  let forgotten = 0;
  for (let ids = await oldCalls(sql, before); ids.length > 0; ids = await oldCalls(sql, before)) {
    await sql.write([
      ...parts.map((table) => deleteFrom(table, 'call_id', ids)),
      deleteFrom('calls', 'id', ids),
    ]);
    forgotten += ids.length;
  }
  const store = { sql, reports };
  await deleteOldRows(store, {
    table: 'spending',
    key: ['key_id', 'period', 'period_start', 'simulated'],
    isOld: `period IN (${marks(endingPeriods)}) AND period_start < ? AND reserved = 0`,
    values: [...endingPeriods, Math.floor(before) - longestPeriodMs],
  });
  await deleteOldRows(store, {
    table: 'rate_windows',
    key: ['key_id', 'second'],
    isOld: 'second < ?',
    values: [Math.floor(before / 1_000)],
  });
  return forgotten;
}

/** Returns when the latest of the calls before a moment began. */
export async function latestCallAt(sql: SqlRunner, before: Ms): Promise<Ms | undefined> {
  const [row] = await sql.all({
    sql: 'SELECT started_at FROM calls WHERE started_at < ? ORDER BY started_at DESC LIMIT 1',
    values: [Math.floor(before)],
  });
  return row && Number(row['started_at']);
}

async function oldCalls(sql: SqlRunner, before: Ms): Promise<SqlValue[]> {
  const rows = await sql.all({
    sql: "SELECT id FROM calls WHERE started_at < ? AND state <> 'running' ORDER BY started_at LIMIT ?",
    values: [Math.floor(before), callsPerCommit],
  });
  return rows.map((row) => row['id'] ?? null);
}

function deleteFrom(table: string, column: string, ids: readonly SqlValue[]): SqlStatement {
  return { sql: `DELETE FROM ${table} WHERE ${column} IN (${marks(ids)})`, values: ids };
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

import type { SqlRunner, SqlRow, SqlValue } from '../sql/sql-runner.ts';

/** Rows whose time is over. */
export type OldRows = {
  readonly table: string;
  /** The columns of its primary key, in order. */
  readonly key: readonly string[];
  /** The condition for being old, with a `?` for each of `values`. */
  readonly isOld: string;
  readonly values: readonly SqlValue[];
};

/** Few enough that the commit does not delay other calls. */
const rowsPerCommit = 100;

/**
 * Deletes old rows in the order of their key, a hundred at a time, so that other writes get their turn. `reports` finds
 * them: no index does, and a search through a large table would delay calls.
 */
export async function deleteOldRows(
  { sql, reports }: { readonly sql: SqlRunner; readonly reports: SqlRunner },
  { table, key, isOld, values }: OldRows,
): Promise<void> {
  const [columns, marks] = [key.join(', '), key.map(() => '?').join(', ')];
  const next = (after: readonly SqlValue[]) =>
    reports.all({
      sql: `SELECT ${columns} FROM ${table} WHERE ${isOld}
        ${after.length > 0 ? `AND (${columns}) > (${marks})` : ''} ORDER BY ${columns} LIMIT ?`,
      values: [...values, ...after, rowsPerCommit],
    });
  const keyOf = (row: SqlRow | undefined) => (row ? key.map((column) => row[column] ?? null) : []);
  for (let rows = await next([]); rows.length > 0; rows = await next(keyOf(rows.at(-1)))) {
    // What has changed since it was found may be in use again.
    await sql.write(
      rows.map((row) => ({
        sql: `DELETE FROM ${table} WHERE (${columns}) = (${marks}) AND ${isOld}`,
        values: [...keyOf(row), ...values],
      })),
    );
  }
}

import type { Columns } from '../books/ledger-columns.ts';
import type { SqlValue } from '../sql/sql-runner.ts';
import type { PostgresTransaction } from './postgres-transaction.ts';

/** A row to write: many rows are sent as one JSON text, which PostgreSQL reads with the table's types. */
export type JsonRow = Readonly<Record<string, string | number | null>>;

export function rowOf<Source>(columns: Columns<Source>, source: Source): JsonRow {
  return Object.fromEntries(
    Object.entries(columns).map(([name, valueOf]) => [name, jsonValue(valueOf(source))]),
  );
}

/** Sends an insert of rows that all have the same columns; `onConflict` is the end of the statement. */
export function sendInsert(
  { send }: PostgresTransaction,
  table: string,
  rows: readonly JsonRow[],
  onConflict = '',
): void {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first).join(', ');
  void send(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1) ${onConflict}`,
    [JSON.stringify(rows)],
  );
}

/** Sends updates of rows by `id`, each only in the columns that it has. */
export function sendUpdates({ send }: PostgresTransaction, table: string, rows: readonly JsonRow[]): void {
  const groups = Object.groupBy(rows, (row) => Object.keys(row).join());
  for (const group of Object.values(groups)) {
    const columns = Object.keys(group?.[0] ?? {}).filter((name) => name !== 'id');
    void send(
      `UPDATE ${table} SET ${columns.map((name) => `${name} = changed.${name}`).join(', ')} ` +
        `FROM json_populate_recordset(NULL::${table}, $1) AS changed WHERE ${table}.id = changed.id`,
      [JSON.stringify(group)],
    );
  }
}

function jsonValue(value: SqlValue): string | number | null {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  // The only characters that a text column rejects, and models may write them.
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value;
}

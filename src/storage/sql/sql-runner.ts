/** A value as every backend stores and returns it. Integers are returned as `bigint`, whatever their size. */
export type SqlValue = string | number | bigint | Uint8Array | null;

export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A statement in which each `?` stands for a value. */
export type SqlStatement = { readonly sql: string; readonly values: readonly SqlValue[] };

/** What keys and reports need from a backend; only the hot path of the ledger is written per backend. */
export interface SqlRunner {
  all(statement: SqlStatement): Promise<SqlRow[]>;
  /** Runs all of the statements or none; resolves with the number of changed rows once they are committed. */
  write(statements: readonly SqlStatement[]): Promise<number>;
}

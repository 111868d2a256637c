import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Compilable,
  type CompiledQuery,
} from 'kysely';
import type { Schema } from './schema.ts';
import type { SqlRunner, SqlValue } from './sql-runner.ts';

/** Builds typed queries; the backend runs them. All queries use only SQL that every backend supports. */
export const db = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Runs a typed query and returns its rows. */
export type RunQuery = <T>(query: Compilable<T> | CompiledQuery<T>) => Promise<T[]>;

export function queryRunner(sql: SqlRunner): RunQuery {
  return async <T>(query: Compilable<T> | CompiledQuery<T>) => {
    const { sql: text, parameters } = 'compile' in query ? query.compile() : query;
    // The builder has typed the query's columns, and its parameters are the values given to it.
    return (await sql.all({ sql: text, values: parameters as readonly SqlValue[] })) as unknown as T[];
  };
}

import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../core/stores/stores.ts';
import { assembleStore, type StoreOptions } from '../assemble-store.ts';
import type { SqlRunner } from '../sql/sql-runner.ts';
import { asStorageError } from '../writes/storage-error.ts';
import { openWriteHealth } from '../writes/write-health.ts';
import { openCheckpointer } from './checkpointer.ts';
import { openDatabase } from './open-database.ts';
import { damageOf } from './damage.ts';
import { watchPlace } from './file-at.ts';
import { prepareBooks, type SqliteBooks } from './sqlite-books.ts';
import { openReadingThread } from './reading-thread.ts';
import { openSqliteTransactions, type Transactions } from './transactions.ts';

/**
 * Opens the ledger in one SQLite file, which any number of processes on one machine may share. Acknowledged writes
 * survive the death of the process; with `synchronous = NORMAL` a power cut may lose the last moments, never the file.
 * @throws ConclaveError `configuration` if the file cannot be used or was written by a newer Conclave.
 */
export async function openSqliteStore({
  path: given,
  ...options
}: StoreOptions & { readonly path: string }): Promise<Store> {
  // Threads open it later, when the working folder may be another.
  const path = resolve(given);
  const { writer, reader } = await openDatabase(path, options.now ?? Date.now);
  const checkpointer = openCheckpointer(path);
  const health = openWriteHealth();
  const transactions = openSqliteTransactions({
    writer,
    openBooks: prepareBooks(writer),
    onCommit: checkpointer.committed,
    health,
    checkPlace: watchPlace(path),
  });
  const sql = sqliteRunner({ reader, writer, transactions });
  const reading = openReadingThread(path, sql.all);
  return assembleStore(
    {
      sql,
      reports: { ...sql, all: (statement) => reading.all(statement).catch(refuseRead) },
      commit: (work) => transactions.run(work.run),
      clock: "CAST(unixepoch('subsec') * 1000 AS integer)",
      health,
      damage: async () => damageOf(path),
      async close() {
        await transactions.close();
        await checkpointer.close();
        await reading.close();
        reader.close();
        writer.close();
      },
    },
    options,
  );
}

function sqliteRunner(connections: {
  readonly reader: DatabaseSync;
  readonly writer: DatabaseSync;
  readonly transactions: Transactions<SqliteBooks>;
}): SqlRunner {
  const { reader, writer, transactions } = connections;
  return {
    async all({ sql, values }) {
      try {
        const statement = reader.prepare(sql);
        statement.setReadBigInts(true);
        return statement.all(...values);
      } catch (error) {
        refuseRead(error);
      }
    },
    write: (statements) =>
      transactions.run(() =>
        statements.reduce(
          (changed, { sql, values }) => changed + Number(writer.prepare(sql).run(...values).changes),
          0,
        ),
      ),
  };
}

function refuseRead(error: unknown): never {
  throw asStorageError('read', error);
}

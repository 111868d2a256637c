import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { ConclaveError } from '../../core/errors.ts';
import type { LedgerStore, Store } from '../../core/stores.ts';
import type { Ms } from '../../core/units.ts';
import { openKeyStore } from '../key-rows.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { openCheckpointer } from './checkpointer.ts';
import { openLedgerWriter } from './ledger-writer.ts';
import { openDatabase } from './open-database.ts';
import { openProcessRegistry, thisProcess, type ProcessIdentity } from './process-registry.ts';
import { openTransactions, type Transactions } from './transactions.ts';

export type SqliteStoreOptions = {
  readonly path: string;
  /** Default: the wall clock. */
  readonly now?: () => Ms;
  /** Default: a random UUID. */
  readonly newKeyId?: () => string;
  /** Default: the process that runs this code. */
  readonly identity?: ProcessIdentity;
};

/** Calls of a dead process that are ended per transaction. */
const orphansPerCommit = 50;

/**
 * The ledger in one SQLite file, which any number of processes of one machine may share. What has been acknowledged
 * survives the death of the process; with `synchronous = NORMAL` a power cut may cost the last moments, never the file.
 * @throws ConclaveError `configuration` when the file cannot be used or was written by a newer Conclave.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, now = Date.now, newKeyId = randomUUID, identity = thisProcess } = options;
  const { writer, reader } = await openDatabase(path, now);
  const checkpointer = openCheckpointer(path);
  const transactions = openTransactions(writer, checkpointer.committed);
  const write = openLedgerWriter(writer);
  const registry = openProcessRegistry({
    reader,
    writer,
    transactions,
    now,
    identity,
    onHeartbeat: recoverOrphans,
  });
  const sql = sqliteRunner({ reader, writer, transactions });
  const reports = () => import('../ledger-reports.ts').then(({ ledgerReports }) => ledgerReports(sql));

  const ledger: LedgerStore = {
    async open(intent, { unknownPrice }) {
      const owner = await registry.id();
      return transactions.run((counters) => write.open(counters, intent, owner, unknownPrice));
    },
    settle: (settlement) => transactions.run((counters) => write.settle(counters, settlement)),
    async refuse(intent, settlement) {
      const owner = await registry.id();
      await transactions.run((counters) => write.refuse(counters, intent, settlement, owner));
    },
    show: async (id) => (await reports()).show(id),
    recent: async (filter) => (await reports()).recent(filter),
    costs: async (filter) => (await reports()).costs(filter),
    attempts: async (id) => (await reports()).attempts(id),
    addOutcome: async (outcome) => (await reports()).addOutcome(outcome),
  };

  async function recoverOrphans(): Promise<number> {
    let ended = 0;
    for (const owner of registry.dead()) {
      for (;;) {
        const count = await transactions.run((counters) =>
          write.interrupt(counters, owner, { limit: orphansPerCommit, at: now() }),
        );
        ended += count;
        if (count < orphansPerCommit) break;
      }
      await registry.forget(owner);
    }
    return ended;
  }

  let closing: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    await registry.close();
    await transactions.close();
    await checkpointer.close();
    reader.close();
    writer.close();
  }

  return {
    ledger,
    keys: openKeyStore(sql, { now, newKeyId }),
    recoverOrphans,
    async ping() {
      await sql.all({ sql: 'SELECT 1', values: [] });
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

function sqliteRunner(connections: {
  readonly reader: DatabaseSync;
  readonly writer: DatabaseSync;
  readonly transactions: Transactions;
}): SqlRunner {
  const { reader, writer, transactions } = connections;
  return {
    async all({ sql, values }) {
      try {
        const statement = reader.prepare(sql);
        statement.setReadBigInts(true);
        return statement.all(...values);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new ConclaveError('storage', `The ledger could not be read: ${reason}.`, { cause: error });
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

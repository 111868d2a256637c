import { randomUUID } from 'node:crypto';
import type { Store } from '../core/stores/stores.ts';
import type { Ms } from '../core/units.ts';
import type { Commit } from './books/books.ts';
import { openKeyStore } from './keys/open-key-store.ts';
import { openBenchStore } from './processes/open-bench-store.ts';
import { openLimitStore } from './processes/open-limit-store.ts';
import { openLedger } from './ledger/open-ledger.ts';
import { thisProcess, type ProcessIdentity } from './processes/process-identity.ts';
import { openProcessRegistry } from './processes/process-registry.ts';
import { admitWork, judgeWork } from './books/rate-work.ts';
import { recoverOrphans } from './processes/recover-orphans.ts';
import { openRouterStore } from './router/open-router-store.ts';
import type { SqlRunner } from './sql/sql-runner.ts';
import { openThreadStore } from './threads/open-thread-store.ts';
import { RetryQueue } from './writes/retry-queue.ts';
import { lostRows } from './writes/lost-rows.ts';
import type { WriteHealth } from './writes/write-health.ts';

/** The parts of a store that differ by backend. */
export type Backend = {
  readonly sql: SqlRunner;
  /** For reports that may read the whole ledger and take long. Default: `sql`. */
  readonly reports?: SqlRunner;
  readonly commit: Commit;
  /** The database's clock in SQL, in milliseconds since the epoch. */
  readonly clock: string;
  /** Whether the database accepts writes, as its commits and its runner's writes have shown. */
  readonly health: WriteHealth;
  /** Absent: the database server looks after its own files. */
  damage?(): Promise<string[]>;
  /** Commits what waits and closes the database. */
  close(): Promise<void>;
};

export type StoreOptions = {
  /** Default: the wall clock. */
  readonly now?: () => Ms;
  /** Default: a random UUID. */
  readonly newKeyId?: () => string;
  /** Default: the process that runs this code. */
  readonly identity?: ProcessIdentity;
  /** Receives what is damaged in rows that are left out or read in part. Default: nothing is reported. */
  readonly warn?: (message: string) => void;
};

/** Builds a store with keys, ledger and orphan recovery on a backend. */
export function assembleStore(
  { sql, reports = sql, commit, clock, health, close, damage }: Backend,
  options: StoreOptions,
): Store {
  const { now = Date.now, newKeyId = randomUUID, identity = thisProcess, warn = () => {} } = options;
  const registry = openProcessRegistry(sql, { identity, clock, onHeartbeat: recover });
  const unwritten = new RetryQueue(health, () => registry.beat());
  let closing: Promise<void> | undefined;

  function recover(): Promise<number> {
    return recoverOrphans({ sql, commit, registry, now });
  }

  async function closeAll(): Promise<void> {
    const lost = await unwritten.close();
    await registry.close().finally(close);
    if (lost.length > 0) throw lostRows(lost);
  }

  return {
    ledger: openLedger({ sql, reports, commit, unwritten, processId: () => registry.id() }),
    keys: openKeyStore(sql, { now, newKeyId }),
    threads: openThreadStore(sql),
    rates: {
      admit: (keyId, use) => commit(admitWork(keyId, use)),
      judge: (keyId, use) => commit(judgeWork(keyId, use)),
    },
    limits: openLimitStore(sql),
    benches: openBenchStore(sql),
    router: openRouterStore(sql, warn),
    recoverOrphans: recover,
    async clock() {
      const [row] = await sql.all({ sql: `SELECT ${clock} AS time`, values: [] });
      return Number(row?.['time']);
    },
    damage: damage ?? (async () => []),
    async ping() {
      // A database that has not been written to yet may only be readable: the first write of a process is its row.
      await registry.id();
      await sql.all({ sql: 'SELECT 1 AS pong', values: [] });
      if (health.failure) throw health.failure;
    },
    unwritten: () => unwritten.count,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { LedgerStore, Store } from '../core/stores/stores.ts';
import type { Ms } from '../core/units.ts';
import type { HeldCall, Work } from './books.ts';
import { forgetCalls } from './forget-calls.ts';
import { openKeyStore } from './key-rows.ts';
import {
  heldFromIntent,
  holdMoreWork,
  wouldOpenWork,
  interruptWork,
  openWork,
  refuseAnewWork,
  refuseWork,
  settleWork,
} from './ledger-work.ts';
import { openBenchStore } from './bench-rows.ts';
import { openLimitStore } from './limit-rows.ts';
import { openProcessRegistry, thisProcess, type ProcessIdentity } from './process-registry.ts';
import { admitWork, judgeWork } from './rate-work.ts';
import { openRouterStore } from './router-rows.ts';
import type { SqlRunner } from './sql-runner.ts';
import { isOwnFault } from './storage-error.ts';
import { openThreadStore } from './thread-rows.ts';
import { keepersOf, keepPieces } from './kept-rows.ts';
import { addOutcome } from './outcome-rows.ts';
import { keepThoughts, makersOf } from './thought-rows.ts';
import { openRetryQueue } from './retry-queue.ts';
import type { WriteHealth } from './write-health.ts';

/** The parts of a store that differ by backend. */
export type Backend = {
  readonly sql: SqlRunner;
  /** For reports that may read the whole ledger and take long. Default: `sql`. */
  readonly reports?: SqlRunner;
  /** Commits the work together with whatever else waits, and resolves with its result. */
  commit<T>(work: Work<T>): Promise<T>;
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
};

/** The number of a dead process's calls to end per transaction. */
const orphansPerCommit = 50;

/** Builds a store with keys, ledger and orphan recovery on a backend. */
export function assembleStore(
  { sql, reports: reportSql = sql, commit, health, close, damage }: Backend,
  options: StoreOptions,
): Store {
  const { now = Date.now, newKeyId = randomUUID, identity = thisProcess } = options;
  const registry = openProcessRegistry(sql, { now, identity, onHeartbeat: recoverOrphans });
  const unwritten = openRetryQueue(health, () => registry.beat());
  const reports = () => import('./ledger-reports.ts').then(({ ledgerReports }) => ledgerReports(reportSql));
  /** Running calls of this process. */
  const opened = new Map<string, HeldCall>();
  let closing: Promise<void> | undefined;

  const ledger: LedgerStore = {
    async open(intent, { unknownPrice }) {
      const result = await commit(openWork(intent, { owner: await registry.id(), unknownPrice }));
      if (result.ok) opened.set(intent.id, heldFromIntent(intent, unknownPrice));
      return result;
    },
    wouldOpen: (intent) => commit(wouldOpenWork(intent)),
    async holdMore(id, amount) {
      const result = await commit(holdMoreWork(id, amount));
      const own = opened.get(id);
      if (result.ok && own) opened.set(id, { ...own, held: own.held + amount });
      return result;
    },
    settle(settlement) {
      const own = opened.get(settlement.id);
      opened.delete(settlement.id);
      const kept = [...keepThoughts(settlement), ...keepPieces(settlement)];
      const write = () => {
        const settled = commit(settleWork(settlement, own));
        // A client may continue the answer at once, at any process, so its pieces are committed before the end is
        // reported.
        return kept.length === 0 ? settled : both(settled, sql.write(kept));
      };
      const since = performance.now();
      return write().catch((error: unknown) => {
        if (isOwnFault(error)) throw error;
        return unwritten.keep(write, { error, waitedMs: performance.now() - since });
      });
    },
    async refuse(intent, settlement) {
      try {
        await commit(refuseWork(intent, settlement, await registry.id()));
      } catch (error) {
        unwritten.keepSpare(async () => commit(refuseAnewWork(intent, settlement, await registry.id())));
        throw error;
      }
    },
    show: async (id) => (await reports()).show(id),
    recent: async (filter) => (await reports()).recent(filter),
    volume: async (filter) => (await reports()).volume(filter),
    sample: async (filter) => (await reports()).sample(filter),
    costs: async (filter) => (await reports()).costs(filter),
    children: async (id) => (await reports()).children(id),
    keepersOf: (ids) => keepersOf(sql, ids),
    makersOf: (proofs) => makersOf(sql, proofs),
    attempts: async (id) => (await reports()).attempts(id),
    forget: (before) => forgetCalls(sql, before),
    addOutcome: (outcome) => addOutcome(sql, outcome),
  };

  async function recoverOrphans(): Promise<number> {
    let ended = 0;
    for (const owner of await registry.dead()) {
      for (let ids = await orphansOf(owner); ids.length > 0; ids = await orphansOf(owner)) {
        ended += await commit(interruptWork(ids, now()));
      }
      await registry.forget(owner);
    }
    return ended;
  }

  async function orphansOf(owner: bigint): Promise<string[]> {
    const rows = await sql.all({
      sql: "SELECT id FROM calls WHERE owner = ? AND state = 'running' ORDER BY id LIMIT ?",
      values: [owner, orphansPerCommit],
    });
    return rows.map((row) => String(row['id']));
  }

  return {
    ledger,
    keys: openKeyStore(sql, { now, newKeyId }),
    threads: openThreadStore(sql),
    rates: {
      admit: (keyId, use) => commit(admitWork(keyId, use)),
      judge: (keyId, use) => commit(judgeWork(keyId, use)),
    },
    limits: openLimitStore(sql),
    benches: openBenchStore(sql),
    router: openRouterStore(sql),
    recoverOrphans,
    damage: damage ?? (async () => []),
    async ping() {
      await sql.all({ sql: 'SELECT 1 AS pong', values: [] });
      if (health.failure) throw health.failure;
    },
    unwritten: () => unwritten.count,
    close() {
      closing ??= unwritten
        .close()
        .then(() => registry.close())
        .finally(close);
      return closing;
    },
  };
}

async function both(...done: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(done);
}

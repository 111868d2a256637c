import { hostname } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import type { Ms } from '../../core/units.ts';
import type { Transactions } from './transactions.ts';

/** A process that has open calls in the ledger. */
export type ProcessIdentity = {
  readonly host: string;
  readonly pid: number;
  /** Tells a process from a later one that was given the same pid. */
  readonly startedAt: Ms;
};

const heartbeatMs: Ms = 10_000;
/** Six missed heartbeats: nobody blocks the event loop that long, and a late settlement would still be taken. */
const staleMs: Ms = 60_000;

export const thisProcess: ProcessIdentity = {
  host: hostname(),
  pid: process.pid,
  startedAt: Math.trunc(performance.timeOrigin),
};

export type ProcessRegistry = {
  /** The row of this process, made before its first call and kept alive by a heartbeat. */
  id(): Promise<bigint>;
  /** Rows of processes that have died without closing the store. */
  dead(): bigint[];
  /** Forgets a dead process whose calls have all been ended. */
  forget(id: bigint): Promise<void>;
  /** Stops the heartbeat. Calls that are still open become orphans at once. */
  close(): Promise<void>;
};

export function openProcessRegistry(options: {
  readonly reader: DatabaseSync;
  readonly writer: DatabaseSync;
  readonly transactions: Transactions;
  readonly now: () => Ms;
  readonly identity: ProcessIdentity;
  readonly onHeartbeat: () => Promise<unknown>;
}): ProcessRegistry {
  const { reader, writer, transactions, now, identity } = options;
  const readAll = reader.prepare('SELECT id, host, pid, started_at, heartbeat_at FROM processes');
  const remove = writer.prepare(
    "DELETE FROM processes WHERE id = ? AND NOT EXISTS (SELECT 1 FROM calls WHERE owner = processes.id AND state = 'running')",
  );
  const beat = writer.prepare('UPDATE processes SET heartbeat_at = ? WHERE id = ?');
  let registered: Promise<bigint> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function register(): Promise<bigint> {
    const { host, pid, startedAt } = identity;
    const id = await transactions.run(() =>
      BigInt(
        writer
          .prepare('INSERT INTO processes (host, pid, started_at, heartbeat_at) VALUES (?, ?, ?, ?)')
          .run(host, pid, startedAt, now()).lastInsertRowid,
      ),
    );
    timer = setInterval(() => {
      // A heartbeat that fails is made good by the next one; six in a row say the truth: this process cannot write.
      transactions
        .run(() => beat.run(now(), id))
        .then(options.onHeartbeat)
        .catch(() => undefined);
    }, heartbeatMs).unref();
    return id;
  }

  return {
    id() {
      registered ??= register().catch((error: unknown) => {
        registered = undefined;
        throw error;
      });
      return registered;
    },
    dead() {
      return readAll
        .all()
        .filter((row) => isDead(row, identity, now()))
        .map((row) => BigInt(Number(row['id'])));
    },
    async forget(id) {
      await transactions.run(() => remove.run(id));
    },
    async close() {
      clearInterval(timer);
      if (!registered) return;
      const id = await registered;
      await transactions.run(() => {
        remove.run(id);
        beat.run(0, id);
      });
    },
  };
}

function isDead(row: Readonly<Record<string, unknown>>, me: ProcessIdentity, at: Ms): boolean {
  if (at - Number(row['heartbeat_at']) > staleMs) return true;
  if (row['host'] !== me.host) return false;
  const pid = Number(row['pid']);
  return pid === me.pid ? Number(row['started_at']) !== me.startedAt : !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

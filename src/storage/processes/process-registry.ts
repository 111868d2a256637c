import { randomInt } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Ms } from '../../core/units.ts';
import type { SqlRow, SqlRunner, SqlStatement } from '../sql/sql-runner.ts';
import { systemErrorCode } from '../../core/system-error-code.ts';

/** A process that has open calls in the ledger. */
export type ProcessIdentity = {
  /** The scope in which `pid` is valid: processes with the same host can check whether the other runs. */
  readonly host: string;
  readonly pid: number;
  /** Distinguishes a process from a later one with the same pid. */
  readonly startedAt: Ms;
};

const heartbeatMs: Ms = 10_000;
/** Six missed heartbeats: no process blocks its event loop that long, and a late settlement would still be accepted. */
const staleMs: Ms = 60_000;

export const thisProcess: ProcessIdentity = {
  host: [hostname(), ...pidNamespace()].join(' '),
  pid: process.pid,
  startedAt: Math.trunc(performance.timeOrigin),
};

/** Containers on one machine may share its name, and each has its own process 1. Only Linux has namespaces. */
function pidNamespace(): string[] {
  try {
    return [readlinkSync('/proc/self/ns/pid')];
  } catch {
    return [];
  }
}

export type ProcessRegistry = {
  /** The row of this process, created before its first call and kept alive by a heartbeat. */
  id(): Promise<bigint>;
  /** Writes a heartbeat, which also shows whether the database accepts writes. */
  beat(): Promise<void>;
  /**
   * Processes that are gone but may still have open calls: they ended without closing the store, or the database
   * committed one of their calls only after they had.
   */
  dead(): Promise<bigint[]>;
  /** Deletes the row of a dead process, unless it still has open calls. */
  forget(id: bigint): Promise<void>;
  /** Stops the heartbeat. Calls that are still open become orphans at once. */
  close(): Promise<void>;
};

export function openProcessRegistry(
  sql: SqlRunner,
  options: {
    readonly now: () => Ms;
    readonly identity: ProcessIdentity;
    readonly onHeartbeat: () => Promise<unknown>;
  },
): ProcessRegistry {
  const { now, identity, onHeartbeat } = options;
  let registered: Promise<bigint> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function register(): Promise<bigint> {
    const id = BigInt(randomInt(1, 2 ** 48 - 1));
    await sql.write([alive(id)]);
    timer = setInterval(() => {
      // A failed heartbeat is made up for by the next one; after six failures, this process really cannot write.
      sql
        .write([alive(id)])
        .then(onHeartbeat, () => undefined)
        .catch(() => undefined);
    }, heartbeatMs).unref();
    return id;
  }

  /** Inserts the row again if another process presumed this one dead and deleted it. */
  function alive(id: bigint): SqlStatement {
    const { host, pid, startedAt } = identity;
    return {
      sql:
        'INSERT INTO processes (id, host, pid, started_at, heartbeat_at) VALUES (?, ?, ?, ?, ?) ' +
        'ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at',
      values: [id, host, pid, startedAt, now()],
    };
  }

  return {
    id() {
      registered ??= register().catch((error: unknown) => {
        registered = undefined;
        throw error;
      });
      return registered;
    },
    async beat() {
      // Registering is itself a write.
      const before = registered;
      const id = await this.id();
      if (before) await sql.write([alive(id)]);
    },
    async dead() {
      const rows = await sql.all({
        sql: 'SELECT id, host, pid, started_at, heartbeat_at FROM processes',
        values: [],
      });
      const silent = rows.filter((row) => isDead(row, identity, now()));
      return [...silent, ...(await sql.all(unknownOwners(now() - staleMs)))].map((row) =>
        BigInt(row['id']?.toString() ?? 0),
      );
    },
    async forget(id) {
      await sql.write([remove(id)]);
    },
    async close() {
      clearInterval(timer);
      if (!registered) return;
      const id = await registered;
      await sql.write([remove(id), dead(id)]);
    },
  };
}

/**
 * Owners without a row, of calls from before `before`: a process that was wrongly presumed dead is back with its next
 * heartbeat.
 */
function unknownOwners(before: Ms): SqlStatement {
  return {
    sql: "SELECT DISTINCT owner AS id FROM calls WHERE state = 'running' AND started_at < ? AND NOT EXISTS (SELECT 1 FROM processes WHERE id = owner)",
    values: [before],
  };
}

function dead(id: bigint): SqlStatement {
  return { sql: 'UPDATE processes SET heartbeat_at = 0 WHERE id = ?', values: [id] };
}

function remove(id: bigint): SqlStatement {
  return {
    sql: "DELETE FROM processes WHERE id = ? AND NOT EXISTS (SELECT 1 FROM calls WHERE owner = processes.id AND state = 'running')",
    values: [id],
  };
}

function isDead(row: SqlRow, me: ProcessIdentity, at: Ms): boolean {
  if (at - Number(row['heartbeat_at']) > staleMs) return true;
  if (row['host'] !== me.host) return false;
  const pid = Number(row['pid']);
  return pid === me.pid ? Number(row['started_at']) !== me.startedAt : !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // We may not signal the process, but it exists.
    return systemErrorCode(error) === 'EPERM';
  }
}

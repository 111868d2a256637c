import { randomInt } from 'node:crypto';
import type { SqlRow, SqlRunner, SqlStatement } from '../sql/sql-runner.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { heartbeatMs, watchHeartbeats, type RegisteredProcess } from './watch-heartbeats.ts';

export type ProcessRegistry = {
  /** The row of this process, created before its first call and kept alive by a heartbeat. */
  id(): Promise<bigint>;
  /** Writes a heartbeat, which also shows whether the database accepts writes. */
  beat(): Promise<void>;
  /**
   * Processes that are gone but may still have open calls: they ended without closing the store, or the database
   * committed one of their calls only after they had. To be asked at the start and after each heartbeat.
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
    readonly identity: ProcessIdentity;
    /** The database's clock in SQL, in milliseconds: those of the machines need not agree. */
    readonly clock: string;
    readonly onHeartbeat: () => Promise<unknown>;
  },
): ProcessRegistry {
  const { identity, clock, onHeartbeat } = options;
  const gone = watchHeartbeats(identity);
  let own: bigint | undefined;
  let registered: Promise<bigint> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function register(): Promise<bigint> {
    const id = BigInt(randomInt(1, 2 ** 48 - 1));
    own = id;
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
        `INSERT INTO processes (id, host, pid, started_at, heartbeat_at) VALUES (?, ?, ?, ?, ${clock}) ` +
        'ON CONFLICT (id) DO UPDATE SET host = excluded.host, pid = excluded.pid, ' +
        'started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at',
      values: [id, host, pid, startedAt],
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
      await addUnknownOwners(sql, clock);
      const rows = await sql.all({
        sql: `SELECT id, host, pid, started_at, heartbeat_at, ${clock} - heartbeat_at AS age FROM processes`,
        values: [],
      });
      const others = rows.map(processFromRow).filter(({ id }) => id !== own);
      return gone(others).map(({ id }) => id);
    },
    async forget(id) {
      await sql.write([remove(id)]);
    },
    async close() {
      const id = await registered?.catch(() => undefined);
      clearInterval(timer);
      if (id === undefined) return;
      // Whoever cannot say that it ends is found to be gone.
      await sql.write([remove(id), dead(id)]).catch(() => undefined);
    },
  };
}

/**
 * Gives owners of running calls that have no row one, as if they had just written it: a process that was wrongly
 * presumed dead, or whose row a failover has lost, is back with its next heartbeat.
 */
async function addUnknownOwners(sql: SqlRunner, clock: string): Promise<void> {
  const unknown = await sql.all({
    sql: "SELECT DISTINCT owner FROM calls WHERE state = 'running' AND NOT EXISTS (SELECT 1 FROM processes WHERE id = owner)",
    values: [],
  });
  if (unknown.length === 0) return;
  await sql.write(
    unknown.map(({ owner = 0n }) => ({
      sql: `INSERT INTO processes (id, host, pid, started_at, heartbeat_at) VALUES (?, '', 0, 0, ${clock}) ON CONFLICT (id) DO NOTHING`,
      values: [owner],
    })),
  );
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

function processFromRow(row: SqlRow): RegisteredProcess {
  return {
    id: BigInt(row['id']?.toString() ?? 0),
    host: String(row['host']),
    pid: Number(row['pid']),
    startedAt: Number(row['started_at']),
    heartbeatAt: Number(row['heartbeat_at']),
    ageMs: Number(row['age']),
  };
}

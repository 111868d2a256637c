import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, Pool, type PoolClient, type QueryResult } from 'pg';
import type { Ms } from '../../core/units.ts';
import type { SqlRow, SqlStatement } from '../sql/sql-runner.ts';
import { openTransaction, type PostgresTransaction } from './postgres-transaction.ts';

/** Object identifiers of PostgreSQL's integer types: 8, 2 and 4 bytes. */
const integerTypes = new Set([20, 21, 23]);
const bytesType = 17;
const floatTypes = new Set([700, 701]);

/** How often a connection that is in use is waited for while the server gives no further one; most are back by then. */
const crowdedPauseMs: Ms = 10;

/** How long a server may take to close connections. */
const leaveMs: Ms = 1_000;

/** Connections to one database. */
export type PostgresConnections = {
  /** @throws the server's error, or an error if it does not reply within `withinMs`. */
  query(statement: SqlStatement, withinMs: Ms): Promise<QueryResult<SqlRow>>;
  /**
   * Runs all of `work` in one transaction, or none of it. A transaction that takes longer than `withinMs` is aborted,
   * by the server as well. Beginning and committing cost no round trips of their own.
   */
  transaction<T>(work: (transaction: PostgresTransaction) => Promise<T>, withinMs: Ms): Promise<T>;
  close(): Promise<void>;
};

/**
 * Opens connections whose rows look the same as every backend's: integers are `bigint`, bytes are bytes, the rest is
 * text. A frozen server, or a route that drops packets, closes no connection, and TCP itself gives up only after a
 * quarter of an hour: so a connection that takes longer than `connectMs` to open, or a query that exceeds its time, is
 * cut together with whatever waits on it.
 */
export function openConnections(url: string, connectMs: Ms): PostgresConnections {
  const sockets = new Set<Socket>();
  const pool = new Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: connectMs,
    application_name: 'conclave',
    // What a transaction sends without waiting for answers shares a round trip.
    pipeline: true,
    // A connection that does nothing keeps no program alive.
    allowExitOnIdle: true,
    types: { getTypeParser },
    stream() {
      const socket = new Socket();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
  });
  const open = new Set<PoolClient>();
  /** Connections to be closed instead of lent again. */
  const unfit = new WeakSet<PoolClient>();
  // A connection that dies is replaced when one is next needed; the query that was using it fails.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    open.add(client);
  });
  pool.on('remove', (client) => open.delete(client));

  async function fitConnection(): Promise<PoolClient> {
    for (;;) {
      const client = await idleOrNew();
      if (!unfit.has(client)) return client;
      client.release(true);
    }
  }

  /** If the server has no further connection to give, one of those that are open will be free in a moment. */
  async function idleOrNew(): Promise<PoolClient> {
    const giveUpAt = performance.now() + connectMs;
    for (;;) {
      try {
        return await pool.connect();
      } catch (error) {
        if (!isCrowded(error) || open.size === 0 || performance.now() > giveUpAt) throw error;
        await sleep(crowdedPauseMs);
      }
    }
  }

  /** Lends a connection to `work`. */
  async function lend<T>(withinMs: Ms, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await fitConnection();
    let late: Error | undefined;
    const deadline = setTimeout(() => {
      late = new Error(`the database gave no answer within ${withinMs / 1_000} seconds`);
      client.release(late);
      // By itself it would wait for the answers to all that was sent.
      client.connection.stream.destroy();
    }, withinMs);
    try {
      return await work(client);
    } catch (error) {
      if (isOfServer(error)) for (const each of open) unfit.add(each);
      throw late ?? error;
    } finally {
      clearTimeout(deadline);
      if (!late) client.release(unfit.has(client));
    }
  }

  function transaction<T>(work: (transaction: PostgresTransaction) => Promise<T>, withinMs: Ms): Promise<T> {
    return lend(withinMs, async (client) => {
      const opened = openTransaction(client, withinMs);
      try {
        const result = await work(opened);
        await opened.commit();
        return result;
      } catch (error) {
        await opened.rollback().catch(() => unfit.add(client));
        throw opened.failure() ?? error;
      }
    });
  }

  return {
    query: (statement, withinMs) =>
      lend(withinMs, (client) =>
        client.query<SqlRow>(withNumberedValues(statement.sql), [...statement.values]),
      ),
    async transaction(work, withinMs) {
      try {
        return await transaction(work, withinMs);
      } catch (error) {
        if (!isReadOnly(error)) throw error;
        // Nothing was written; a new connection may lead to a server that takes writes.
        return transaction(work, withinMs);
      }
    },
    async close() {
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, leaveMs);
      await pool.end();
      await Promise.all([...sockets].map(closed));
      clearTimeout(cut);
    },
  };
}

/**
 * Whether an error shows a state of the server and not of the statement. A connection keeps the server that it was
 * opened to: after a failover, one to the former primary would refuse writes for as long as it lives.
 */
function isOfServer(error: unknown): boolean {
  return isReadOnly(error) || (error instanceof DatabaseError && shuttingDown.test(error.code ?? ''));
}

function isReadOnly(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '25006';
}

/** All connections of the server, the database or the role are in use. */
function isCrowded(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '53300';
}

/** Class 57P: shut down by an administrator, crashed, not yet started, database dropped, session idle for too long. */
const shuttingDown = /^57P/;

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** Returns the database URL without its password, for messages. */
export function hostOf(url: string): string {
  if (!URL.canParse(url)) return 'of CONCLAVE_DATABASE_URL';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** Replaces each `?` by PostgreSQL's `$1`, `$2` … */
export function withNumberedValues(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => `$${(count += 1)}`);
}

function getTypeParser(type: number): (value: string) => SqlRow[string] {
  if (integerTypes.has(type)) return BigInt;
  if (floatTypes.has(type)) return Number;
  if (type === bytesType) return (hex) => Buffer.from(hex.slice(2), 'hex');
  return String;
}

import { Pool, type PoolClient, type QueryResult } from 'pg';
import type { SqlRow, SqlStatement } from '../sql-runner.ts';

/** Object identifiers of PostgreSQL's integer types: 8, 2 and 4 bytes. */
const integerTypes = new Set([20, 21, 23]);
const bytesType = 17;
const floatTypes = new Set([700, 701]);

/** Connections whose rows look as every backend's do: integers are `bigint`, bytes are bytes, the rest is text. */
export function openPool(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 5_000,
    application_name: 'conclave',
    types: { getTypeParser },
  });
  // A connection that dies is replaced when it is next needed; whoever was using it is told by its query.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

export async function query(
  on: Pool | PoolClient,
  { sql, values }: SqlStatement,
): Promise<QueryResult<SqlRow>> {
  return on.query(numbered(sql), [...values]);
}

/** All of `work` in one transaction, or nothing of it. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => {
      broken = lost;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The database without its password, for messages. */
export function hostOf(url: string): string {
  if (!URL.canParse(url)) return 'of CONCLAVE_DATABASE_URL';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** `?` as PostgreSQL wants it: `$1`, `$2` … */
function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => `$${(count += 1)}`);
}

function getTypeParser(type: number): (value: string) => SqlRow[string] {
  if (integerTypes.has(type)) return BigInt;
  if (floatTypes.has(type)) return Number;
  if (type === bytesType) return (hex) => Buffer.from(hex.slice(2), 'hex');
  return String;
}

import type { Bench } from '../../core/stores/bench.ts';
import { errorCodes, type ErrorCode } from '../../core/errors.ts';
import type { BenchStore } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import type { SqlRow, SqlRunner } from '../sql/sql-runner.ts';
import { storedInteger } from '../sql/stored-integer.ts';

/** How long the end of a bench is kept: by then every process has polled. */
const keepMs: Ms = 600_000;

/** Opens the store of benches: one row for each account and one for each of its deployments. */
export function openBenchStore(sql: SqlRunner): BenchStore {
  return {
    async publish(updates, now) {
      await sql.write([
        {
          sql: 'DELETE FROM benches WHERE benched_until <= ? AND said_at <= ?',
          values: [storedInteger(now), storedInteger(now - keepMs)],
        },
        ...updates.map((bench) => ({
          sql: `INSERT INTO benches
              (account, deployment, provider, credential, code, benched_at, benched_until, said_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account, deployment)
            DO UPDATE SET provider = excluded.provider, credential = excluded.credential, code = excluded.code,
              benched_at = excluded.benched_at, benched_until = excluded.benched_until, said_at = excluded.said_at
            WHERE excluded.said_at >= benches.said_at`,
          values: [
            bench.account,
            bench.deployment ?? '',
            bench.provider,
            bench.credential,
            bench.code,
            storedInteger(bench.benchedAt),
            storedInteger(bench.benchedUntil),
            storedInteger(bench.reportedAt),
          ],
        })),
      ]);
    },
    async updates({ since, now }) {
      const rows = await sql.all({
        sql: 'SELECT * FROM benches WHERE said_at >= ? AND (benched_until > ? OR said_at > ?)',
        values: [storedInteger(since), storedInteger(now), storedInteger(now - keepMs)],
      });
      return rows.map(benchFromRow);
    },
  };
}

function benchFromRow(row: SqlRow): Bench {
  const deployment = String(row['deployment']);
  return {
    account: String(row['account']),
    ...(deployment !== '' && { deployment }),
    provider: String(row['provider']),
    credential: String(row['credential']),
    code: codeFrom(String(row['code'])),
    benchedAt: Number(row['benched_at']),
    benchedUntil: Number(row['benched_until']),
    reportedAt: Number(row['said_at']),
  };
}

/** A newer Conclave on the same database may write codes that this version does not know. */
function codeFrom(text: string): ErrorCode {
  return isErrorCode(text) ? text : 'provider_error';
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

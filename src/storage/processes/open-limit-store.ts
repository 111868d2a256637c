import type { ReportedLimit } from '../../core/money/rate-limits.ts';
import type { LimitStore } from '../../core/stores/stores.ts';
import type { SqlRow, SqlRunner } from '../sql/sql-runner.ts';
import { storedInteger } from '../sql/stored-integer.ts';

/** Opens the store of providers' limits: one row for each deployment, account and kind, deleted after its reset. */
export function openLimitStore(sql: SqlRunner): LimitStore {
  return {
    async publish(updates, now) {
      await sql.write([
        { sql: 'DELETE FROM said_limits WHERE resets_at <= ?', values: [storedInteger(now)] },
        ...updates.map(({ deployment, account, kind, limit, remaining, resetsAt, reportedAt }) => ({
          sql: `INSERT INTO said_limits (deployment, account, kind, most, remaining, resets_at, said_at)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (deployment, account, kind)
            DO UPDATE SET most = excluded.most, remaining = excluded.remaining,
              resets_at = excluded.resets_at, said_at = excluded.said_at
            WHERE excluded.said_at >= said_limits.said_at`,
          values: [
            deployment,
            account,
            kind,
            limit === undefined ? null : storedInteger(limit),
            storedInteger(remaining),
            storedInteger(resetsAt),
            storedInteger(reportedAt),
          ],
        })),
      ]);
    },
    async updates({ since, now }) {
      const rows = await sql.all({
        sql: 'SELECT * FROM said_limits WHERE said_at >= ? AND resets_at > ?',
        values: [storedInteger(since), storedInteger(now)],
      });
      return rows.map(limitFromRow);
    },
  };
}

function limitFromRow(row: SqlRow): ReportedLimit {
  const most = row['most'];
  return {
    deployment: String(row['deployment']),
    account: String(row['account']),
    kind: row['kind'] === 'tokens' ? 'tokens' : 'requests',
    ...(most !== null && { limit: Number(most) }),
    remaining: Number(row['remaining']),
    resetsAt: Number(row['resets_at']),
    reportedAt: Number(row['said_at']),
  };
}

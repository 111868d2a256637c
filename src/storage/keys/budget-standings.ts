import { appendAll } from '../../core/lists/append-all.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import { budgetWindows, type BudgetStanding } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { nano } from '../books/books.ts';
import { standingOf } from '../books/budget-check.ts';
import { windowStart } from '../books/budget-window.ts';
import { budgetFromRow, isKnownBudget } from './budget-rows.ts';
import type { SqlRow, SqlRunner } from '../sql/sql-runner.ts';

/** Databases limit the number of values in one query, and SQLite answers on the event loop. */
const keysPerQuery = 200;

/**
 * Returns the standings of these keys' budgets: in real money if the key has ever spent or reserved any, otherwise in
 * simulated money. Keys without budgets are omitted.
 */
export async function budgetStandings(
  sql: SqlRunner,
  keyIds: readonly string[],
  at: Ms,
): Promise<Map<string, BudgetStanding[]>> {
  const rows: SqlRow[] = [];
  for (let from = 0; from < keyIds.length; from += keysPerQuery) {
    appendAll(rows, await readSome(sql, keyIds.slice(from, from + keysPerQuery), at));
  }
  const standings = new Map<string, BudgetStanding[]>();
  for await (const row of inSlices(rows.filter(isKnownBudget))) {
    const keyId = String(row['key_id']);
    const ofKey = standings.get(keyId) ?? [];
    standings.set(keyId, [...ofKey, standingFromRow(row, at)]);
  }
  return standings;
}

function standingFromRow(row: SqlRow, at: Ms): BudgetStanding {
  const counter = {
    spent: nano(row['spent']),
    reserved: nano(row['reserved']),
    simulated: Number(row['simulated']) === 1,
  };
  return standingOf(budgetFromRow(row), counter, at);
}

function readSome(sql: SqlRunner, keyIds: readonly string[], at: Ms): Promise<SqlRow[]> {
  const these = `(${keyIds.map(() => '?').join(', ')})`;
  const starts = budgetWindows.map(() => 'WHEN ? THEN CAST(? AS bigint)').join(' ');
  return sql.all({
    sql: `SELECT budgets.key_id, budgets.period, budgets.max_nano, budgets.hard,
        COALESCE(kinds.simulated, 0) AS simulated, spending.spent, spending.reserved
      FROM budgets
      LEFT JOIN (SELECT key_id, MIN(simulated) AS simulated FROM spending
        WHERE key_id IN ${these} AND period = 'total' AND (spent <> 0 OR reserved <> 0) GROUP BY key_id) AS kinds
        ON kinds.key_id = budgets.key_id
      LEFT JOIN spending ON spending.key_id = budgets.key_id AND spending.period = budgets.period
        AND spending.period_start = CASE budgets.period ${starts} END
        AND spending.simulated = COALESCE(kinds.simulated, 0)
      WHERE budgets.key_id IN ${these} ORDER BY budgets.key_id, budgets.position`,
    values: [...keyIds, ...budgetWindows.flatMap((window) => [window, windowStart(window, at)]), ...keyIds],
  });
}

import { DatabaseError } from 'pg';
import { newestSecond, oldestSecond, secondOf, type RateUse } from '../../core/money/rate-windows.ts';
import { budgetWindows } from '../../core/stores/stores.ts';
import { windowStart } from '../books/budget-window.ts';
import type { HeldCall, KeyAt, UnreadBooks } from '../books/books.ts';
import { counterKey, openCounters, type Account } from '../books/spending-counters.ts';
import type { JsonRow } from './bulk-statements.ts';
import { sendKeyLocks } from './key-locks.ts';
import { sendAddedUses, sendForgetting } from './postgres-rates.ts';
import type { PostgresTransaction } from './postgres-transaction.ts';
import { openWrittenRows } from './written-rows.ts';

/**
 * Ledger rows that are written without being read, in a single round trip: what was taken for granted is checked by the
 * statements themselves, under the same locks and in the same order as what is read.
 */
export type PostgresUnreadBooks = UnreadBooks & { send(): void };

type Admitted = RateUse & KeyAt;

export function openUnreadBooks(transaction: PostgresTransaction): PostgresUnreadBooks {
  const rows = openWrittenRows(transaction);
  const spending = openCounters({ budgetsOf: nothingRead, read: nothingRead });
  const accounts: Account[] = [];
  const untouched: HeldCall[] = [];
  const admitted: Admitted[] = [];

  return {
    spending,
    insert: rows.insert,
    endUntouched(opened, settlement) {
      untouched.push(opened);
      rows.end(settlement);
    },
    assumeWithinBudgets(account) {
      accounts.push(account);
    },
    admit(keyId, use) {
      admitted.push({ keyId, at: use.now, ...use });
    },
    send() {
      sendKeyLocks(transaction, [...accounts, ...admitted]);
      sendForgetting(transaction, admitted);
      sendAddedUses(
        transaction,
        admitted.map(({ keyId, at, tokens }) => ({ keyId, second: secondOf(at), requests: 1, tokens })),
      );
      checkRates(transaction, admitted);
      checkUntouched(transaction, untouched);
      rows.send(spending.changes());
      checkBudgets(transaction, accounts);
    },
  };
}

/** Whether what a transaction took for granted did not hold. Nothing was written. */
export function isWrongAssumption(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === divisionByZero;
}

/** How a plain statement can fail on purpose: `1 / 0`. Nothing else here divides. */
const divisionByZero = '22012';

function nothingRead(): never {
  throw new Error('Nothing was read.');
}

/** Locks calls, in the order of their ids, and fails unless each is as it was opened. */
function checkUntouched({ send }: PostgresTransaction, opened: readonly HeldCall[]): void {
  if (opened.length === 0) return;
  const rows = opened.map(({ id, held }) => ({ id, held: String(held) }));
  void send(
    'WITH untouched AS (SELECT calls.id FROM calls ' +
      'JOIN json_to_recordset($1) AS opened (id text, held bigint) ON calls.id = opened.id AND calls.held = opened.held ' +
      "WHERE calls.state = 'running' ORDER BY calls.id FOR UPDATE OF calls) " +
      'SELECT 1 / (count(*) = $2)::int FROM untouched',
    [JSON.stringify(rows), rows.length],
  );
}

/** Fails if a budget is exceeded by what its key has now spent and reserved, or has a window that is unknown here. */
function checkBudgets({ send }: PostgresTransaction, accounts: readonly Account[]): void {
  if (accounts.length === 0) return;
  const counters = new Map<string, JsonRow>();
  for (const { keyId, at, simulated } of accounts) {
    for (const window of budgetWindows) {
      const start = windowStart(window, at);
      const row = { key_id: keyId, period: window, period_start: start, simulated: Number(simulated) };
      counters.set(counterKey({ keyId, window, start, simulated }), row);
    }
  }
  void send(
    'SELECT 1 / (count(*) = 0)::int FROM budgets LEFT JOIN (' +
      'SELECT spending.* FROM spending JOIN json_populate_recordset(NULL::spending, $1) AS account ' +
      'USING (key_id, period, period_start, simulated)) AS counted USING (key_id, period) ' +
      'WHERE key_id = ANY ($2) AND (counted.spent + counted.reserved <= max_nano) IS NOT TRUE',
    [JSON.stringify([...counters.values()]), [...new Set(accounts.map(({ keyId }) => keyId))]],
  );
}

/** Fails if a key has now used more than one of its limits allows. */
function checkRates({ send }: PostgresTransaction, admitted: readonly Admitted[]): void {
  if (admitted.length === 0) return;
  const asked = admitted.map(({ keyId, at, limits }) =>
    JSON.stringify({ key_id: keyId, oldest: oldestSecond(at), newest: newestSecond(at), ...limits }),
  );
  void send(
    'SELECT 1 / (count(*) = 0)::int FROM (SELECT key_id FROM rate_windows JOIN json_to_recordset($1) ' +
      'AS asked (key_id text, oldest bigint, newest bigint, rpm numeric, tpm numeric) USING (key_id) ' +
      'WHERE second BETWEEN oldest AND newest GROUP BY key_id, oldest, newest, rpm, tpm ' +
      'HAVING sum(requests) > rpm OR sum(tokens) > tpm) AS exceeded',
    [`[${[...new Set(asked)].join()}]`],
  );
}

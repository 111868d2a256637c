import { windowStart } from '../books/budget-window.ts';
import { budgetWindows, type Budget } from '../../core/stores/stores.ts';
import {
  callColumns,
  heldCallFromRow,
  nano,
  type Books,
  type HeldCall,
  type KeyAt,
  type LedgerWork,
} from '../books/books.ts';
import { budgetFromRow } from '../keys/budget-rows.ts';
import { counterKey, openCounters, type Money } from '../books/spending-counters.ts';
import { fetchRates } from './postgres-rates.ts';
import { sendKeyLocks } from './key-locks.ts';
import type { PostgresTransaction } from './postgres-transaction.ts';
import { openWrittenRows } from './written-rows.ts';

/** Ledger rows that are fetched before the work and sent after it, each in one go. */
export type PostgresBooks = Books & { send(): void };

/**
 * Fetches and locks the rows that a batch needs, in one round trip. The row of a key guards its standings and its rate
 * window. Keys are locked before calls, each in the order of their ids: one batch may wait for another, but two never
 * wait for each other.
 */
export async function fetchBooks(
  transaction: PostgresTransaction,
  batch: readonly LedgerWork<unknown>[],
): Promise<PostgresBooks> {
  const accounts = batch.flatMap(({ needs }) => needs.accounts ?? []);
  const rated = batch.flatMap(({ needs }) => needs.rates ?? []);
  sendKeyLocks(transaction, [...accounts, ...rated]);
  const [budgets, calls, counters, rates] = await Promise.all([
    readBudgets(transaction, accounts),
    lockCalls(
      transaction,
      batch.flatMap(({ needs }) => needs.calls ?? []),
    ),
    readCounters(transaction, accounts),
    fetchRates(transaction, rated),
  ]);
  const rows = openWrittenRows(transaction);
  const spending = openCounters({
    budgetsOf: (keyId) => budgets.get(keyId) ?? unread(keyId),
    read: (name) => counters.get(counterKey(name)) ?? { spent: 0n, reserved: 0n },
  });

  function change(id: string, call: Partial<HeldCall>): void {
    const before = calls.get(id);
    if (before) calls.set(id, { ...before, ...call });
  }

  return {
    spending,
    rates,
    call: (id) => calls.get(id),
    insert: rows.insert,
    hold(id, held) {
      rows.update(id, { held: String(held) });
      change(id, { held });
    },
    end(settlement) {
      rows.end(settlement);
      change(settlement.id, { state: settlement.state, held: 0n });
    },
    interrupt(id, { at, booked, cost }) {
      const money = { booked: String(booked), cost: cost === undefined ? null : String(cost), held: 0 };
      rows.update(id, { state: 'interrupted', finished_at: Math.trunc(at), estimated: 1, ...money });
      change(id, { state: 'interrupted', held: 0n, booked });
    },
    send() {
      rates.send();
      rows.send(spending.changes());
    },
  };
}

/** Behind the locks: a statement that waits for a lock would return the budgets from before it. */
async function readBudgets(
  { send }: PostgresTransaction,
  accounts: readonly KeyAt[],
): Promise<Map<string, readonly Budget[]>> {
  if (accounts.length === 0) return new Map();
  const keyIds = [...new Set(accounts.map(({ keyId }) => keyId))];
  const { rows } = await send(
    'SELECT key_id, period, max_nano, hard FROM budgets WHERE key_id = ANY ($1) ORDER BY key_id, position',
    [keyIds],
  );
  const budgets = Map.groupBy(rows, (row) => String(row['key_id']));
  return new Map(keyIds.map((keyId) => [keyId, (budgets.get(keyId) ?? []).map(budgetFromRow)]));
}

/** A budget that nobody fetched must not be taken for one that does not exist. */
function unread(keyId: string): never {
  throw new Error(`The budgets of the key ${keyId} were not read.`);
}

/** Reads and locks the calls and those that pay for them. */
async function lockCalls(
  { send }: PostgresTransaction,
  ids: readonly string[],
): Promise<Map<string, HeldCall>> {
  if (ids.length === 0) return new Map();
  const { rows } = await send(
    `SELECT ${callColumns} FROM calls WHERE id = ANY ($1::text[] || ARRAY(` +
      'SELECT reservation_id FROM calls WHERE id = ANY ($1) AND reservation_id IS NOT NULL)) ' +
      'ORDER BY id FOR UPDATE',
    [[...new Set(ids)]],
  );
  return new Map(rows.map((row) => [String(row['id']), heldCallFromRow(row)]));
}

async function readCounters(
  { send }: PostgresTransaction,
  accounts: readonly KeyAt[],
): Promise<Map<string, Money>> {
  if (accounts.length === 0) return new Map();
  const starts = accounts.flatMap(({ at }) => budgetWindows.map((window) => windowStart(window, at)));
  const { rows } = await send(
    'SELECT key_id, period, period_start, simulated, spent, reserved FROM spending ' +
      'WHERE key_id = ANY ($1) AND period = ANY ($2) AND period_start = ANY ($3)',
    [[...new Set(accounts.map(({ keyId }) => keyId))], budgetWindows, [...new Set(starts)]],
  );
  return new Map(
    rows.map((row) => [
      counterKey({
        keyId: String(row['key_id']),
        window: budgetFromRow({ ...row, max_nano: 0n, hard: 0n }).window,
        start: Number(row['period_start']),
        simulated: row['simulated'] === 1n,
      }),
      { spent: nano(row['spent']), reserved: nano(row['reserved']) },
    ]),
  );
}

import type { PoolClient } from 'pg';
import { windowStart } from '../books/budget-window.ts';
import type { Budget } from '../../core/stores/stores.ts';
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
import { attemptColumns, bodyColumns, openingColumns, settlementColumns } from '../books/ledger-columns.ts';
import { onlyAttempt, onlyAttemptColumns } from '../books/only-attempt.ts';
import {
  counterKey,
  openCounters,
  type CounterChange,
  type Money,
  type SpendingCounters,
  inLockOrder,
} from '../books/spending-counters.ts';
import type { SqlRow } from '../sql/sql-runner.ts';
import { fetchRates, type PostgresRates } from './postgres-rates.ts';
import { bulkInsert, bulkUpdate, rowOf, type JsonRow } from './bulk-statements.ts';

/**
 * Ledger rows that are fetched before the work and written after it: one round trip per table instead of one per row.
 */
export type PostgresBooks = Books & { write(): Promise<void> };

/**
 * Fetches and locks the rows that a batch needs. The row of a key guards its budgets, its counters and its rate window.
 * Keys are locked before calls, each in the order of their ids: one batch may wait for another, but two never wait for
 * each other.
 */
export async function fetchBooks(
  client: PoolClient,
  batch: readonly LedgerWork<unknown>[],
): Promise<PostgresBooks> {
  const known = await findCalls(
    client,
    batch.flatMap(({ needs }) => needs.calls ?? []),
  );
  const accounts: KeyAt[] = [
    ...batch.flatMap(({ needs }) => needs.accounts ?? []),
    ...known.map((row) => ({ keyId: String(row['key_id']), at: Number(row['started_at']) })),
  ];
  const rated = batch.flatMap(({ needs }) => needs.rates ?? []);
  await lockKeys(client, [...rated, ...accounts]);
  const budgets = await readBudgets(client, accounts);
  const calls = await lockCalls(client, known);
  const counters = await readCounters(client, budgets, accounts);
  const spending = openCounters({
    budgetsOf: (keyId) => budgets.get(keyId) ?? [],
    read: (name) => counters.get(counterKey(name)) ?? { spent: 0n, reserved: 0n },
  });
  return bufferedBooks(client, calls, { spending, rates: await fetchRates(client, rated) });
}

function bufferedBooks(
  client: PoolClient,
  calls: Map<string, HeldCall>,
  { spending, rates }: { readonly spending: SpendingCounters; readonly rates: PostgresRates },
): PostgresBooks {
  const inserted: JsonRow[] = [];
  /** Updates of known rows: the last update of a row includes the earlier ones. */
  const updates = new Map<string, JsonRow>();
  const attempts: JsonRow[] = [];
  const bodies: JsonRow[] = [];

  function update(id: string, row: JsonRow, call: Partial<HeldCall>): void {
    updates.set(id, { id, ...row });
    const before = calls.get(id);
    if (before) calls.set(id, { ...before, ...call });
  }

  return {
    spending,
    rates,
    call: (id) => calls.get(id),
    insert(opening) {
      inserted.push(rowOf(openingColumns, opening));
    },
    hold(id, held) {
      update(id, { held: String(held) }, { held });
    },
    end(settlement) {
      const { id, state } = settlement;
      const only = onlyAttempt(settlement);
      const row = { ...rowOf(settlementColumns, settlement), ...rowOf(onlyAttemptColumns, only) };
      update(id, row, { state, held: 0n });
      if (!only) {
        settlement.attempts.forEach((attempt, position) => {
          attempts.push({ call_id: id, position, ...rowOf(attemptColumns, attempt) });
        });
      }
      if (settlement.bodies) bodies.push({ call_id: id, ...rowOf(bodyColumns, settlement.bodies) });
    },
    interrupt(id, { at, booked, cost }) {
      const money = { booked: String(booked), cost: cost === undefined ? null : String(cost), held: 0 };
      const row = { state: 'interrupted', finished_at: Math.trunc(at), estimated: 1, ...money };
      update(id, row, { state: 'interrupted', held: 0n, booked });
    },
    async write() {
      await rates.write();
      await bulkInsert(client, 'calls', inserted);
      await bulkUpdate(client, 'calls', [...updates.values()]);
      await bulkInsert(client, 'attempts', attempts);
      await bulkInsert(client, 'bodies', bodies);
      await bulkInsert(
        client,
        'spending',
        inLockOrder(spending.changes()).map(counterRow),
        'ON CONFLICT (key_id, period, period_start, simulated) DO UPDATE ' +
          'SET spent = spending.spent + excluded.spent, reserved = spending.reserved + excluded.reserved',
      );
    },
  };
}

/** Reads the calls and those that pay for them, without locks: only columns that never change. */
async function findCalls(client: PoolClient, ids: readonly string[]): Promise<readonly SqlRow[]> {
  if (ids.length === 0) return [];
  const sql =
    'SELECT id, key_id, started_at FROM calls WHERE id = ANY ($1) ' +
    'OR id IN (SELECT reservation_id FROM calls WHERE id = ANY ($1))';
  return (await client.query<SqlRow>(sql, [ids])).rows;
}

async function lockKeys(client: PoolClient, keys: readonly KeyAt[]): Promise<void> {
  if (keys.length === 0) return;
  await client.query('SELECT id FROM virtual_keys WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', [
    [...new Set(keys.map(({ keyId }) => keyId))],
  ]);
}

/**
 * After the lock and in a separate statement: a statement that waits for the lock would return the budgets from before
 * it.
 */
async function readBudgets(client: PoolClient, accounts: readonly KeyAt[]): Promise<Map<string, Budget[]>> {
  if (accounts.length === 0) return new Map();
  const keyIds = [...new Set(accounts.map(({ keyId }) => keyId))];
  const { rows } = await client.query<SqlRow>(
    'SELECT key_id, period, max_nano, hard FROM budgets WHERE key_id = ANY ($1) ORDER BY key_id, position',
    [keyIds],
  );
  const budgets = Map.groupBy(rows, (row) => String(row['key_id']));
  return new Map([...budgets].map(([keyId, ofKey]) => [keyId, ofKey.map(budgetFromRow)]));
}

async function lockCalls(client: PoolClient, known: readonly SqlRow[]): Promise<Map<string, HeldCall>> {
  if (known.length === 0) return new Map();
  const { rows } = await client.query<SqlRow>(
    `SELECT ${callColumns} FROM calls WHERE id = ANY ($1) ORDER BY id FOR UPDATE`,
    [known.map((row) => row['id'])],
  );
  return new Map(rows.map((row) => [String(row['id']), heldCallFromRow(row)]));
}

async function readCounters(
  client: PoolClient,
  budgets: ReadonlyMap<string, readonly Budget[]>,
  accounts: readonly KeyAt[],
): Promise<Map<string, Money>> {
  if (budgets.size === 0) return new Map();
  const starts = accounts.flatMap(({ keyId, at }) =>
    (budgets.get(keyId) ?? []).map(({ window }) => windowStart(window, at)),
  );
  const { rows } = await client.query<SqlRow>(
    'SELECT key_id, period, period_start, simulated, spent, reserved FROM spending ' +
      'WHERE key_id = ANY ($1) AND period_start = ANY ($2)',
    [[...budgets.keys()], [...new Set(starts)]],
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

function counterRow({ keyId, window, start, simulated, spent, reserved }: CounterChange): JsonRow {
  return {
    key_id: keyId,
    period: window,
    period_start: start,
    simulated: Number(simulated),
    spent: String(spent),
    reserved: String(reserved),
  };
}

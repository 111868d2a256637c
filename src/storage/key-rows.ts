import { windowStart } from './budget-window.ts';
import { ConclaveError } from '../core/errors.ts';
import type { KeyRouting } from '../core/routing-preferences.ts';
import {
  budgetWindows,
  type Budget,
  type BudgetStanding,
  type ChangedKey,
  type KeyStore,
  type VirtualKey,
} from '../core/stores.ts';
import type { DataPolicy } from '../core/provider-wishes.ts';
import { nanoFromUsd, type Ms } from '../core/units.ts';
import { nano } from './books.ts';
import { standingOf } from './budget-check.ts';
import type { SqlRow, SqlRunner, SqlStatement } from './sql-runner.ts';

/** Virtual keys and their budgets as rows of any backend. */
export function openKeyStore(
  sql: SqlRunner,
  { now, newKeyId }: { readonly now: () => Ms; readonly newKeyId: () => string },
): KeyStore {
  return {
    async create(settings, keyHash, prefix) {
      const made = { id: newKeyId(), createdAt: now(), disabled: false };
      const key: VirtualKey = { ...settings, ...made, ...(prefix !== undefined && { prefix }) };
      await writeNamed(sql, key, [
        insertKey(key, keyHash),
        ...settings.budgets.map((budget, at) => insertBudget(key.id, at, budget)),
      ]);
      return key;
    },
    async find(keyHash) {
      const [row] = await sql.all({ sql: 'SELECT * FROM virtual_keys WHERE hash = ?', values: [keyHash] });
      return row && keyFromRow(row, await budgetsOf(sql, String(row['id'])));
    },
    async list() {
      const rows = await sql.all({ sql: 'SELECT * FROM virtual_keys ORDER BY created_at, id', values: [] });
      return Promise.all(rows.map(async (row) => keyFromRow(row, await budgetsOf(sql, String(row['id'])))));
    },
    budgets: (keyId, at) => standingsOf(sql, keyId, at),
    async change(id, settings) {
      const found = await sql.all({ sql: 'SELECT id FROM virtual_keys WHERE id = ?', values: [id] });
      if (found.length === 0) return false;
      await writeNamed(sql, { id, name: settings.name }, [
        updateKey(id, settings),
        { sql: 'DELETE FROM budgets WHERE key_id = ?', values: [id] },
        ...settings.budgets.map((budget, at) => insertBudget(id, at, budget)),
      ]);
      return true;
    },
  };
}

/**
 * Writes a key under a name that no other key in use has, also where two are made at the same moment.
 * @throws ConclaveError `invalid_request` with status 409, having written nothing.
 */
async function writeNamed(
  sql: SqlRunner,
  { id, name }: Pick<VirtualKey, 'id' | 'name'>,
  statements: readonly SqlStatement[],
): Promise<void> {
  try {
    await sql.write([oneAtATime, ...statements, refuseTaken(id)]);
  } catch (error) {
    if (!(error instanceof ConclaveError && isMissingValue(error.cause))) throw error;
    throw new ConclaveError(
      'invalid_request',
      `A key in use is called "${name}"; take another name, or disable that key first.`,
      { status: 409, param: 'name', cause: error },
    );
  }
}

/** Whoever names a key takes this row's lock: without it two transactions of PostgreSQL would not see each other's keys. */
const oneAtATime: SqlStatement = {
  sql: 'UPDATE schema_versions SET name = name WHERE version = 1',
  values: [],
};

/** A key whose name another one in use has would lose it, which the table does not take: all is undone. */
function refuseTaken(id: string): SqlStatement {
  return {
    sql: `UPDATE virtual_keys SET name = NULL WHERE id = ? AND disabled = 0 AND EXISTS (
      SELECT 1 FROM virtual_keys AS other
      WHERE other.name = virtual_keys.name AND other.disabled = 0 AND other.id <> virtual_keys.id)`,
    values: [id],
  };
}

/** SQLITE_CONSTRAINT_NOTNULL, or PostgreSQL's `not_null_violation`. */
function isMissingValue(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('errcode' in error && error.errcode === 1299) || ('code' in error && error.code === '23502');
}

export const budgetsOfKey = 'SELECT period, max_nano, hard FROM budgets WHERE key_id = ? ORDER BY position';

export function budgetFromRow(row: SqlRow): Budget {
  const window = budgetWindows.find((name) => name === row['period']);
  if (!window) throw new RangeError(`the database holds a budget with the unknown window ${row['period']}`);
  return { window, limitUsd: Number(row['max_nano']) / 1e9, hard: Boolean(row['hard']) };
}

async function budgetsOf(sql: SqlRunner, keyId: string): Promise<Budget[]> {
  const rows = await sql.all({ sql: budgetsOfKey, values: [keyId] });
  return rows.map(budgetFromRow);
}

/** Real money where the key has ever spent or reserved any, simulated money otherwise. */
async function standingsOf(sql: SqlRunner, keyId: string, at: Ms): Promise<BudgetStanding[]> {
  const budgets = await budgetsOf(sql, keyId);
  const [kinds] = await sql.all({
    sql: "SELECT min(simulated) AS simulated FROM spending WHERE key_id = ? AND period = 'total' AND (spent <> 0 OR reserved <> 0)",
    values: [keyId],
  });
  const simulated = Number(kinds?.['simulated'] ?? 0);
  const counters = new Map<string, SqlRow | undefined>();
  for (const window of new Set(budgets.map((budget) => budget.window))) {
    const [row] = await sql.all({
      sql: 'SELECT spent, reserved FROM spending WHERE key_id = ? AND period = ? AND period_start = ? AND simulated = ?',
      values: [keyId, window, windowStart(window, at), simulated],
    });
    counters.set(window, row);
  }
  return budgets.map((budget) => {
    const row = counters.get(budget.window);
    const counter = {
      spent: nano(row?.['spent']),
      reserved: nano(row?.['reserved']),
      simulated: simulated === 1,
    };
    return standingOf(budget, counter, at);
  });
}

function insertKey(key: VirtualKey, keyHash: string): SqlStatement {
  return {
    sql: 'INSERT INTO virtual_keys (id, hash, prefix, created_at, name, disabled, expires_at, models, tags, rpm, tpm, routing, allow) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    values: [key.id, keyHash, key.prefix ?? null, key.createdAt, ...settingValues(key)],
  };
}

function updateKey(id: string, settings: ChangedKey): SqlStatement {
  return {
    sql: 'UPDATE virtual_keys SET name = ?, disabled = ?, expires_at = ?, models = ?, tags = ?, rpm = ?, tpm = ?, routing = ?, allow = ? WHERE id = ?',
    values: [...settingValues(settings), id],
  };
}

function settingValues(key: ChangedKey): SqlStatement['values'] {
  return [
    key.name,
    Number(key.disabled),
    key.expiresAt ?? null,
    key.models ? JSON.stringify(key.models) : null,
    key.tags ? JSON.stringify(key.tags) : null,
    key.rpm ?? null,
    key.tpm ?? null,
    key.routing ? JSON.stringify(key.routing) : null,
    key.allow ? JSON.stringify(key.allow) : null,
  ];
}

function insertBudget(keyId: string, position: number, budget: Budget): SqlStatement {
  return {
    sql: 'INSERT INTO budgets (key_id, position, period, max_nano, hard) VALUES (?, ?, ?, ?, ?)',
    values: [keyId, position, budget.window, nanoFromUsd(budget.limitUsd), Number(budget.hard)],
  };
}

function keyFromRow(row: SqlRow, budgets: Budget[]): VirtualKey {
  return {
    id: String(row['id']),
    name: String(row['name']),
    createdAt: Number(row['created_at']),
    disabled: Boolean(row['disabled']),
    budgets,
    ...(typeof row['prefix'] === 'string' && { prefix: row['prefix'] }),
    ...(row['expires_at'] !== null && { expiresAt: Number(row['expires_at']) }),
    ...(row['rpm'] !== null && { rpm: Number(row['rpm']) }),
    ...(row['tpm'] !== null && { tpm: Number(row['tpm']) }),
    ...(typeof row['models'] === 'string' && { models: stringList(row['models']) }),
    ...(typeof row['tags'] === 'string' && { tags: stringList(row['tags']) }),
    // Written from a DataPolicy by `insertKey`.
    ...(typeof row['allow'] === 'string' && { allow: JSON.parse(row['allow']) as DataPolicy }),
    // Written from a KeyRouting by `insertKey`.
    ...(typeof row['routing'] === 'string' && { routing: JSON.parse(row['routing']) as KeyRouting }),
  };
}

/** A list that we wrote ourselves. */
function stringList(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.map(String) : [];
}

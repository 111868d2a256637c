import { ConclaveError } from '../../core/errors.ts';
import type {
  Budget,
  FoundKey,
  KeyChange,
  KeyRotation,
  KeyStore,
  VirtualKey,
} from '../../core/stores/stores.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import { nanoFromUsd, type Ms } from '../../core/units.ts';
import { budgetsFromRows, budgetsOfKey, type ReadBudgets } from './budget-rows.ts';
import { budgetStandings } from './budget-standings.ts';
import type { SqlRow, SqlRunner, SqlStatement, SqlValue } from '../sql/sql-runner.ts';
import { keySettingsFromRow } from './stored-key-settings.ts';

/** Opens the store of virtual keys and their budgets. */
export function openKeyStore(
  sql: SqlRunner,
  { now, newKeyId }: { readonly now: () => Ms; readonly newKeyId: () => string },
): KeyStore {
  async function read(statement: SqlStatement): Promise<VirtualKey[]> {
    const rows = await sql.all(statement);
    return Promise.all(rows.map(async (row) => keyFromRow(row, await budgetsOf(sql, String(row['id'])))));
  }

  async function list(): Promise<VirtualKey[]> {
    const rows = await sql.all({
      sql: `SELECT ${keyColumns} FROM virtual_keys ORDER BY created_at, id`,
      values: [],
    });
    const budgets = await sql.all({ sql: 'SELECT * FROM budgets ORDER BY key_id, position', values: [] });
    const ofKey = Map.groupBy(budgets, (row) => row['key_id']);
    return Array.fromAsync(inSlices(rows), (row) =>
      keyFromRow(row, budgetsFromRows(ofKey.get(row['id'] ?? null) ?? [])),
    );
  }

  async function byId(id: string): Promise<VirtualKey | undefined> {
    const [key] = await read({ sql: `SELECT ${keyColumns} FROM virtual_keys WHERE id = ?`, values: [id] });
    return key;
  }

  async function findFormer(hash: string): Promise<FoundKey | undefined> {
    const asked = 'SELECT key_id, rotated_at, valid_until FROM key_rotations WHERE hash = ?';
    const [row] = await sql.all({ sql: asked, values: [hash] });
    const key = row && (await byId(String(row['key_id'])));
    if (!key) return undefined;
    return {
      ...key,
      former: { rotatedAt: Number(row['rotated_at']), validUntil: Number(row['valid_until']) },
    };
  }

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
      const current = { sql: `SELECT ${keyColumns} FROM virtual_keys WHERE hash = ?`, values: [keyHash] };
      const [key] = await read(current);
      return key ?? findFormer(keyHash);
    },
    byId,
    list,
    budgets: async (keyId, at) => (await budgetStandings(sql, [keyId], at)).get(keyId) ?? [],
    standings: (keyIds, at) => budgetStandings(sql, keyIds, at),
    async change(id, change) {
      const before = await byId(id);
      if (!before) return undefined;
      const { name = before.name, budgets } = change;
      await writeNamed(sql, { id, name }, [
        ...updateKey(id, change),
        ...(budgets ? [{ sql: 'DELETE FROM budgets WHERE key_id = ?', values: [id] }] : []),
        ...(budgets ?? []).map((budget, at) => insertBudget(id, at, budget)),
      ]);
      return byId(id);
    },
    async noteUse(id, at) {
      const earlier = '(last_used_at IS NULL OR last_used_at < ?)';
      await sql.write([
        {
          sql: `UPDATE virtual_keys SET last_used_at = ? WHERE id = ? AND ${earlier}`,
          values: [at, id, at],
        },
      ]);
    },
    async rotate(id, rotation) {
      await sql.write([oneAtATime, ...replaceSecret(id, rotation)]);
      return byId(id);
    },
  };
}

/** The columns of a key, and what its rotations add up to. */
const keyColumns = `virtual_keys.*,
  (SELECT max(rotated_at) FROM key_rotations WHERE key_id = virtual_keys.id) AS rotated_at,
  (SELECT max(valid_until) FROM key_rotations WHERE key_id = virtual_keys.id) AS former_until`;

/** A rotation may also end earlier grace periods; it never prolongs one. */
function replaceSecret(id: string, { hash, prefix, rotatedAt, formerUntil }: KeyRotation): SqlStatement[] {
  return [
    {
      sql: 'UPDATE key_rotations SET valid_until = ? WHERE key_id = ? AND valid_until > ?',
      values: [formerUntil, id, formerUntil],
    },
    {
      sql: `INSERT INTO key_rotations (hash, key_id, prefix, rotated_at, valid_until)
        SELECT hash, id, prefix, CAST(? AS bigint), CAST(? AS bigint) FROM virtual_keys WHERE id = ?`,
      values: [rotatedAt, formerUntil, id],
    },
    { sql: 'UPDATE virtual_keys SET hash = ?, prefix = ? WHERE id = ?', values: [hash, prefix ?? null, id] },
  ];
}

/**
 * Writes a key under a name that no other key in use has, even if two are created at the same moment: rules, folders
 * and reports refer to keys by name. The name of a disabled key may be used again.
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
    const [holder] = await sql.all({
      sql: 'SELECT id FROM virtual_keys WHERE name = ? AND disabled = 0 AND id <> ?',
      values: [name, id],
    });
    const whose = holder ? ` (${holder['id']})` : '';
    throw new ConclaveError(
      'invalid_request',
      `A key in use is called "${name}"${whose}; choose another name, or disable that key first.`,
      { status: 409, param: 'name', cause: error },
    );
  }
}

/**
 * Every write of a key's name locks this row: otherwise two PostgreSQL transactions would not see each other's keys.
 */
const oneAtATime: SqlStatement = {
  sql: 'UPDATE schema_versions SET name = name WHERE version = 1',
  values: [],
};

/** Sets the name to NULL if another key in use has it. The column does not allow NULL, so the whole write is undone. */
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

async function budgetsOf(sql: SqlRunner, keyId: string): Promise<ReadBudgets> {
  return budgetsFromRows(await sql.all({ sql: budgetsOfKey, values: [keyId] }));
}

function insertKey(key: VirtualKey, keyHash: string): SqlStatement {
  const made = { id: key.id, hash: keyHash, prefix: key.prefix ?? null, created_at: key.createdAt };
  const columns = { ...made, ...namedColumns(key) };
  const marks = Object.keys(columns).map(() => '?');
  return {
    sql: `INSERT INTO virtual_keys (${Object.keys(columns).join(', ')}) VALUES (${marks.join(', ')})`,
    values: Object.values(columns),
  };
}

/** Returns no statement if the change sets no column. */
function updateKey(id: string, change: KeyChange): SqlStatement[] {
  const columns = namedColumns(change);
  const settings = Object.keys(columns).map((column) => `${column} = ?`);
  if (settings.length === 0) return [];
  const values = [...Object.values(columns), id];
  return [{ sql: `UPDATE virtual_keys SET ${settings.join(', ')} WHERE id = ?`, values }];
}

/** Returns the columns that a change sets. */
function namedColumns(change: KeyChange): Record<string, SqlValue> {
  const columns: Record<string, SqlValue | undefined> = {
    name: change.name,
    disabled: change.disabled === undefined ? undefined : Number(change.disabled),
    expires_at: change.expiresAt,
    host: change.host,
    models: json(change.models),
    tags: json(change.tags),
    rpm: change.rpm,
    tpm: change.tpm,
    routing: json(change.routing),
    allow: json(change.allow),
  };
  const named: Record<string, SqlValue> = {};
  for (const [column, value] of Object.entries(columns)) if (value !== undefined) named[column] = value;
  return named;
}

function json(value: object | null | undefined): string | null | undefined {
  return value ? JSON.stringify(value) : value;
}

function insertBudget(keyId: string, position: number, budget: Budget): SqlStatement {
  return {
    sql: 'INSERT INTO budgets (key_id, position, period, max_nano, hard) VALUES (?, ?, ?, ?, ?)',
    values: [
      keyId,
      position,
      budget.window,
      nanoFromUsd(budget.limitUsd),
      Number(budget.unknownPrices === 'refuse'),
    ],
  };
}

function keyFromRow(row: SqlRow, { budgets, damaged }: ReadBudgets): VirtualKey {
  const settings = keySettingsFromRow(row);
  return {
    id: String(row['id']),
    name: String(row['name']),
    createdAt: Number(row['created_at']),
    disabled: Boolean(row['disabled']),
    budgets,
    ...(typeof row['prefix'] === 'string' && { prefix: row['prefix'] }),
    ...(typeof row['host'] === 'string' && { host: row['host'] }),
    ...(row['last_used_at'] !== null && { lastUsedAt: Number(row['last_used_at']) }),
    ...(row['rotated_at'] !== null && {
      rotatedAt: Number(row['rotated_at']),
      formerUntil: Number(row['former_until']),
    }),
    ...(row['expires_at'] !== null && { expiresAt: Number(row['expires_at']) }),
    ...(row['rpm'] !== null && { rpm: Number(row['rpm']) }),
    ...(row['tpm'] !== null && { tpm: Number(row['tpm']) }),
    ...settings,
    ...(damaged && { damaged: ['budgets', ...(settings.damaged ?? [])] }),
  };
}

import { ConclaveError } from '../../core/errors.ts';
import type { RouterSnapshot, RouterStore } from '../../core/stores/router-store.ts';
import type { SqlRow, SqlRunner, SqlStatement } from '../sql/sql-runner.ts';

/** A snapshot has some megabytes: few enough that the commit does not delay calls. */
const droppedAtOnce = 3;

const summary = 'version, layout, created_at, label, read_up_to, outcomes';

/** Stores what the router learned, by version, and which version is pinned. */
export function openSnapshotStore(
  sql: SqlRunner,
): Pick<RouterStore, 'addSnapshot' | 'snapshots' | 'snapshot' | 'pinned' | 'pin'> {
  return {
    async addSnapshot(snapshot, keepLatest) {
      const { version, layout, createdAt, label, readUpTo, outcomes, state } = snapshot;
      const changed = await sql.write([
        {
          sql: `INSERT INTO router_snapshots (${summary}, state) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
          values: [
            version,
            layout,
            Math.trunc(createdAt),
            label,
            Math.trunc(readUpTo),
            outcomes,
            JSON.stringify(state),
          ],
        },
      ]);
      if (changed > 0 && keepLatest !== undefined) await sql.write([dropOlder(label, keepLatest)]);
      return changed > 0;
    },
    async snapshots() {
      const rows = await sql.all({
        sql: `SELECT ${summary} FROM router_snapshots ORDER BY version`,
        values: [],
      });
      return rows.map(summaryFromRow);
    },
    async snapshot(version) {
      const [row] = await sql.all({
        sql: 'SELECT * FROM router_snapshots WHERE version = ?',
        values: [version],
      });
      return row && { ...summaryFromRow(row), state: stateFrom(row, version) };
    },
    async pinned() {
      const [row] = await sql.all({
        sql: "SELECT value FROM router_settings WHERE name = 'pinned'",
        values: [],
      });
      return row && versionFrom(row['value']);
    },
    async pin(version) {
      const forget = { sql: "DELETE FROM router_settings WHERE name = 'pinned'", values: [] };
      if (version === undefined) return void (await sql.write([forget]));
      const set = {
        sql: "INSERT INTO router_settings (name, value) VALUES ('pinned', ?)",
        values: [String(version)],
      };
      const [known] = await sql.all({
        sql: 'SELECT version FROM router_snapshots WHERE version = ?',
        values: [version],
      });
      if (!known) throw new ConclaveError('not_found', `There is no snapshot ${version} of the router.`);
      await sql.write([forget, set]);
    },
  };
}

function dropOlder(label: string, keepLatest: number): SqlStatement {
  return {
    sql: `DELETE FROM router_snapshots WHERE version IN (
        SELECT version FROM router_snapshots WHERE label = ?
          AND version NOT IN (SELECT version FROM router_snapshots WHERE label = ? ORDER BY version DESC LIMIT ?)
          AND CAST(version AS text) NOT IN (SELECT value FROM router_settings WHERE name = 'pinned')
        ORDER BY version LIMIT ?)`,
    values: [label, label, keepLatest, droppedAtOnce],
  };
}

/** @throws ConclaveError `configuration` if it is not the number of a snapshot. */
function versionFrom(value: SqlRow[string] | undefined): number {
  const version = Number(value);
  if (Number.isSafeInteger(version)) return version;
  throw new ConclaveError(
    'configuration',
    `The router is pinned to "${String(value)}", which is not the version of a snapshot; \`conclave router unpin\` removes the pin.`,
  );
}

/** @throws ConclaveError `configuration` if the state is no longer valid JSON. */
function stateFrom(row: SqlRow, version: number): unknown {
  try {
    return JSON.parse(String(row['state']));
  } catch (cause) {
    throw new ConclaveError(
      'configuration',
      `Snapshot ${version} of the router is damaged: it is not JSON.`,
      {
        cause,
      },
    );
  }
}

function summaryFromRow(row: SqlRow): Omit<RouterSnapshot, 'state'> {
  return {
    version: Number(row['version']),
    layout: Number(row['layout']),
    createdAt: Number(row['created_at']),
    label: String(row['label']),
    readUpTo: Number(row['read_up_to']),
    outcomes: Number(row['outcomes']),
  };
}

import type { Keeper, Settlement } from '../../core/stores/ledger.ts';
import type { SqlRunner, SqlStatement } from '../sql/sql-runner.ts';

/** Databases limit the number of values in one query, and here every id is passed twice. */
const idsPerQuery = 250;

/**
 * Returns the statements that record the stored pieces of a call's answers; the answers themselves are recorded with
 * their attempts.
 */
export function keepPieces({ id, attempts }: Settlement): SqlStatement[] {
  const statements: SqlStatement[] = [];
  for (const { kept } of attempts) {
    for (const piece of kept?.pieces ?? []) {
      statements.push({
        sql: `INSERT INTO kept_pieces (piece_id, call_id, account) VALUES (?, ?, ?) ON CONFLICT (piece_id)
          DO UPDATE SET call_id = excluded.call_id, account = excluded.account`,
        values: [piece, id, kept?.account ?? null],
      });
    }
  }
  return statements;
}

/** Prompt and answer of a call, without its reasoning. The columns of a call that is still running are empty. */
const tokens =
  'COALESCE(c.input + c.cache_read + c.cache_write + c.cache_write_long + c.output, 0) AS tokens';

/** Finds the owners of these ids. If an id was given twice, the later one counts. */
export async function keepersOf(sql: SqlRunner, ids: readonly string[]): Promise<Map<string, Keeper>> {
  const keepers = new Map<string, Keeper>();
  for (let from = 0; from < ids.length; from += idsPerQuery) {
    const some = ids.slice(from, from + idsPerQuery);
    const marks = some.map(() => '?').join(', ');
    const rows = await sql.all({
      sql: `SELECT a.reply_id AS kept_id, a.account AS account, c.key_id AS key_id, ${tokens}, a.started_at AS at
          FROM attempts a JOIN calls c ON c.id = a.call_id WHERE a.reply_id IN (${marks})
        UNION ALL SELECT k.piece_id, k.account, c.key_id, ${tokens}, c.started_at
          FROM kept_pieces k JOIN calls c ON c.id = k.call_id WHERE k.piece_id IN (${marks})
        ORDER BY at`,
      values: [...some, ...some],
    });
    for (const { kept_id, account, key_id, tokens } of rows) {
      keepers.set(String(kept_id), {
        account: String(account),
        keyId: String(key_id),
        tokens: Number(tokens),
      });
    }
  }
  return keepers;
}

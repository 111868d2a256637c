import { randomUUID } from 'node:crypto';
import { ConclaveError } from '../../core/errors.ts';
import { shownName } from '../../core/names/shown-name.ts';
import type { OutcomeKind } from '../../core/routing/quality/outcome-kinds.ts';
import type { RatingHabits } from '../../core/stores/ledger.ts';
import type { LedgerStore } from '../../core/stores/stores.ts';
import type { SqlRunner } from '../sql/sql-runner.ts';

// Running calls use these, so the SQL is written by hand: the reports' query builder takes a tenth of a second to load,
// during which no stream would make progress.

/**
 * Stores how good an answer was, replacing an earlier report of the same source. Its time is later than that of every
 * existing outcome: readers ask for what came since, and the clocks of writers differ and may be set back.
 * @throws ConclaveError `not_found`
 */
export async function addOutcome(
  sql: SqlRunner,
  { callId, at, kind, score, source }: Parameters<LedgerStore['addOutcome']>[0],
): Promise<void> {
  const known = await sql.all({ sql: 'SELECT id FROM calls WHERE id = ?', values: [callId] });
  if (known.length === 0) {
    throw new ConclaveError('not_found', `There is no call ${shownName(callId)} in this ledger.`);
  }
  const id = randomUUID();
  const key = [callId, kind, source];
  await sql.write([
    {
      sql: `INSERT INTO outcomes (id, call_id, kind, source, at, score, first_at) VALUES (?, ?, ?, ?,
          (SELECT MAX(time) FROM (SELECT CAST(? AS bigint) AS time UNION ALL SELECT MAX(at) + 1 FROM outcomes) AS times), ?,
          (SELECT MIN(COALESCE(first_at, at)) FROM outcomes WHERE call_id = ? AND kind = ? AND source = ?))`,
      values: [id, ...key, Math.trunc(at), score, ...key],
    },
    {
      sql: 'DELETE FROM outcomes WHERE call_id = ? AND kind = ? AND source = ? AND (id IS NULL OR id <> ?)',
      values: [...key, id],
    },
  ]);
}

/** Bounds what a look at recent ratings and answers reads, however large the ledger is. */
const recentRows = 10_000;
const recentRatings = 100;
const recentUnrated = 100;

const rating: OutcomeKind = 'feedback';
const unratedControl: OutcomeKind = 'unrated';

/** Returns how a source rates, and which recent answers nobody has rated. */
export async function ratingHabits(
  sql: SqlRunner,
  { source, keyId, task, simulated }: Parameters<LedgerStore['ratingHabits']>[0],
): Promise<RatingHabits> {
  const [ratings, unrated] = await Promise.all([
    sql.all({
      sql: `SELECT recent.score FROM (SELECT kind, source, score, at FROM outcomes ORDER BY at DESC LIMIT ?) AS recent
        WHERE recent.kind = ? AND recent.source = ? ORDER BY recent.at DESC LIMIT ?`,
      values: [recentRows, rating, source, recentRatings],
    }),
    sql.all({
      sql: `SELECT recent.id FROM (SELECT id, key_id, task, parent_id, state, model, simulated, started_at FROM calls
          ORDER BY started_at DESC LIMIT ?) AS recent
        WHERE recent.key_id = ? AND COALESCE(recent.task, '') = ? AND recent.simulated = ? AND recent.state = 'ok'
          AND recent.parent_id IS NULL AND recent.model IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM outcomes WHERE outcomes.call_id = recent.id
            AND (outcomes.kind IN (?, ?) OR outcomes.score < 0.5))
        ORDER BY recent.started_at DESC LIMIT ?`,
      values: [recentRows, keyId, task ?? '', Number(simulated), rating, unratedControl, recentUnrated],
    }),
  ]);
  const good = ratings.filter(({ score }) => Number(score) >= 0.5).length;
  return { good, bad: ratings.length - good, unrated: unrated.map(({ id }) => String(id)) };
}

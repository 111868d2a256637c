import { z } from 'zod';
import { storedExperiment } from '../../core/routing/decision/stored-decision.ts';
import type { RoutedCall, RouterStore } from '../../core/stores/router-store.ts';
import { tiers } from '../../core/task.ts';
import type { ReadCallPart } from './call-part-reader.ts';
import type { SqlRow, SqlRunner } from '../sql/sql-runner.ts';

/** Returns the reader of calls, each with its outcomes. */
export function callReader(sql: SqlRunner, readPart: ReadCallPart): RouterStore['calls'] {
  return async ({ since, features, after = '', limit }) => {
    const rows = await sql.all({
      sql: `SELECT page.id, page.model, page.key_id, page.tier, page.task, page.difficulty, page.features, page.decision, page.finish_reason, page.read_tokens, page.written_tokens, outcomes.kind, outcomes.score
        FROM (SELECT id, model, key_id, tier, task, difficulty, features, decision, finish_reason,
            input + cache_read + cache_write + cache_write_long AS read_tokens, output + reasoning AS written_tokens FROM calls
          WHERE id > ? AND started_at >= ? AND features_version = ? AND features IS NOT NULL AND simulated = 0
          ORDER BY id LIMIT ?) AS page
        LEFT JOIN outcomes ON outcomes.call_id = page.id
        ORDER BY page.id`,
      values: [after, Math.trunc(since), features, limit],
    });
    return Object.values(Object.groupBy(rows, ({ id }) => String(id))).map((group = []) =>
      routedCallFromRows(group, readPart),
    );
  };
}

const decisionParts = z.object({
  policy: z.string().exactOptional(),
  ranked: z.array(z.object({ model: z.string() })).exactOptional(),
  wishes: z.looseObject({ task: z.string().exactOptional() }).exactOptional(),
  experiment: storedExperiment.exactOptional(),
});

/** The rows have one outcome each, or there is a single row without one. */
function routedCallFromRows(rows: readonly SqlRow[], readPart: ReadCallPart): RoutedCall {
  const first: SqlRow = rows[0] ?? {};
  const { id, model, features, finish_reason: finishReason } = first;
  const decision = readPart(decisionParts, first, { column: 'decision', callId: String(id) });
  return {
    id: String(id),
    keyId: String(first['key_id']),
    features: features instanceof Uint8Array ? new Uint8Array(features) : new Uint8Array(0),
    tokens: { input: Number(first['read_tokens']), output: Number(first['written_tokens']) },
    ...(typeof model === 'string' && { model }),
    ...(typeof finishReason === 'string' && { finishReason }),
    ...kindOfWork(first),
    ...(decision && { decision }),
    outcomes: rows.flatMap(({ kind, score }) =>
      score === null ? [] : [{ kind: String(kind), score: Number(score) }],
    ),
  };
}

/** Reads what the work of a call was, as far as it is known. */
export function kindOfWork(row: SqlRow): Pick<RoutedCall, 'tier' | 'task' | 'difficulty'> {
  const tier = tiers.find((name) => name === row['tier']);
  const { task, difficulty } = row;
  return {
    ...(tier && { tier }),
    ...(typeof task === 'string' && { task }),
    ...(difficulty !== null && { difficulty: Number(difficulty) }),
  };
}

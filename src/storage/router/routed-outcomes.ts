import { z } from 'zod';
import { storedExperiment } from '../../core/routing/decision/stored-decision.ts';
import type { RoutedOutcome, RouterStore } from '../../core/stores/router-store.ts';
import { storedVerdicts } from '../../core/stores/stored-verdicts.ts';
import type { ReadCallPart } from './call-part-reader.ts';
import { kindOfWork } from './routed-calls.ts';
import type { SqlRow, SqlRunner } from '../sql/sql-runner.ts';

/** Returns the reader of outcomes, each with what the router learns from its call. */
export function outcomeReader(sql: SqlRunner, readPart: ReadCallPart): RouterStore['outcomes'] {
  return async ({ since, after = { at: since, id: '' }, features, limit }) => {
    const rows = await sql.all({
      sql: `SELECT outcomes.id, outcomes.call_id, outcomes.at, outcomes.first_at, outcomes.kind, outcomes.score, outcomes.source,
          calls.key_id, calls.model, calls.tier, calls.task, calls.difficulty, calls.tags, calls.simulated, calls.decision, calls.verdicts${features === undefined ? '' : ', calls.features, calls.features_version'}
        FROM outcomes JOIN calls ON calls.id = outcomes.call_id
        WHERE outcomes.at >= ? AND (outcomes.at > ? OR outcomes.id > ?)
          AND outcomes.id IS NOT NULL AND calls.model IS NOT NULL
        ORDER BY outcomes.at, outcomes.id LIMIT ?`,
      values: [Math.trunc(Math.max(since, after.at)), Math.trunc(after.at), after.id, limit],
    });
    return rows.map((row) => routedOutcomeFromRow(row, { layout: features, readPart }));
  };
}

const texts = z.array(z.string());
const experimentOnly = z.object({ experiment: storedExperiment.exactOptional() });

function routedOutcomeFromRow(
  row: SqlRow,
  { layout, readPart }: { readonly layout: number | undefined; readonly readPart: ReadCallPart },
): RoutedOutcome {
  const callId = String(row['call_id']);
  const decision = readPart(experimentOnly, row, { column: 'decision', callId });
  const verdicts = readPart(storedVerdicts, row, { column: 'verdicts', callId });
  const weighed = verdicts?.flatMap(({ rawProbability: chance, accepted, agrees = accepted || undefined }) =>
    chance === undefined || agrees === undefined ? [] : [{ chance, agrees }],
  );
  const { features } = row;
  const isReadable = layout !== undefined && Number(row['features_version']) === layout;
  return {
    id: String(row['id']),
    callId,
    at: Number(row['at']),
    ...(row['first_at'] !== null && { firstAt: Number(row['first_at']) }),
    kind: String(row['kind']),
    score: Number(row['score']),
    source: String(row['source']),
    keyId: String(row['key_id']),
    model: String(row['model']),
    tags: readPart(texts, row, { column: 'tags', callId }) ?? [],
    ...kindOfWork(row),
    ...(isReadable && features instanceof Uint8Array && { features: new Uint8Array(features) }),
    ...(Number(row['simulated']) === 1 && { simulated: true }),
    ...(decision?.experiment && { experiment: decision.experiment }),
    ...(weighed && weighed.length > 0 && { weighed }),
  };
}

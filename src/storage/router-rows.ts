import { z } from 'zod';
import { ConclaveError } from '../core/errors.ts';
import { isControlKind, isCountedControl, ownKind } from '../core/routing/outcome-kinds.ts';
import type { Experiment } from '../core/routing/plan.ts';
import { storedExperiment } from '../core/routing/stored-decision.ts';
import type {
  LabelledCall,
  RoutedOutcome,
  RouterSnapshot,
  RouterStore,
} from '../core/stores/router-store.ts';
import { storedVerdicts } from '../core/stores/stored-verdicts.ts';
import { tiers } from '../core/task.ts';
import { reachedLimit } from '../core/wire/reached-limit.ts';
import { callPartReader, type ReadCallPart } from './call-parts.ts';
import type { SqlRow, SqlRunner } from './sql-runner.ts';

const summary = 'version, layout, created_at, label, read_up_to, outcomes';

/** Opens the store of what the router learned; `warn` receives what is damaged in it. */
export function openRouterStore(sql: SqlRunner, warn: (message: string) => void): RouterStore {
  const readPart = callPartReader(warn);
  return {
    async outcomes({ since, after = { at: since, id: '' }, features, limit }) {
      const rows = await sql.all({
        sql: `SELECT outcomes.id, outcomes.call_id, outcomes.at, outcomes.first_at, outcomes.kind, outcomes.score, outcomes.source,
            calls.key_id, calls.model, calls.tier, calls.task, calls.difficulty, calls.tags, calls.simulated, calls.decision, calls.verdicts${features === undefined ? '' : ', calls.features, calls.features_version'}
          FROM outcomes JOIN calls ON calls.id = outcomes.call_id
          WHERE outcomes.at >= ? AND (outcomes.at > ? OR outcomes.id > ?)
            AND outcomes.id IS NOT NULL AND calls.model IS NOT NULL
          ORDER BY outcomes.at, outcomes.id LIMIT ?`,
        values: [Math.trunc(Math.max(since, after.at)), Math.trunc(after.at), after.id, limit],
      });
      return rows.map((row) => outcomeFromRow(row, { layout: features, readPart }));
    },
    async labelled({ since, features, after = '', limit }) {
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
        callFromRows(group, readPart),
      );
    },
    async addSnapshot(snapshot) {
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

const texts = z.array(z.string());

/** The parts of a decision that the router learns from. */
const experimentOnly = z.object({ experiment: storedExperiment.exactOptional() });
const drawnParts = z.object({
  policy: z.string().exactOptional(),
  ranked: z.array(z.object({ model: z.string() })).exactOptional(),
  wishes: z.looseObject({ task: z.string().exactOptional() }).exactOptional(),
  experiment: storedExperiment.exactOptional(),
});

/** Wishes that have no influence on which model is chosen, except by the kind of work. */
const neutralWishes: ReadonlySet<string> = new Set(['task', 'answers', 'isChecked']);

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

function outcomeFromRow(
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

/** The rows have one outcome each, or there is a single row without one. */
function callFromRows(rows: readonly SqlRow[], readPart: ReadCallPart): LabelledCall {
  const first: SqlRow = rows[0] ?? {};
  const { id, model, features } = first;
  const decision = readPart(drawnParts, first, { column: 'decision', callId: String(id) });
  const namedTask = decision?.wishes?.task;
  const experiment = decision && drawnBy(decision, model);
  // Outcomes of these kinds are only there for comparison.
  const known = rows.filter(({ score, kind }) => score !== null && !isControlKind(ownKind(String(kind))));
  const ratings = known.filter(({ kind }) => kind === 'feedback');
  const counted = ratings.length > 0 ? ratings : known;
  const isControl =
    ratings.length === 0 &&
    rows.some(({ kind, score }) => isCountedControl(ownKind(String(kind)), Number(score)));
  return {
    id: String(id),
    keyId: String(first['key_id']),
    features: features instanceof Uint8Array ? new Uint8Array(features) : new Uint8Array(0),
    tokens: { input: Number(first['read_tokens']), output: Number(first['written_tokens']) },
    ...(typeof model === 'string' && { model }),
    ...(reachedLimit(String(first['finish_reason'])) && { isCut: true }),
    ...kindOfWork(first),
    ...(namedTask && { namedTask }),
    ...(experiment && { experiment }),
    ...(counted.length > 0 && {
      score: counted.reduce((sum, { score }) => sum + Number(score), 0) / counted.length,
      fromFeedback: ratings.length > 0,
    }),
    ...(isControl && { isControl }),
  };
}

/** Returns the experiment if its draw alone decided which model answered. */
function drawnBy(
  { policy, ranked = [], wishes = {}, experiment }: z.infer<typeof drawnParts>,
  model: SqlRow[string] | undefined,
): Experiment | undefined {
  // The model of a cascade's row depends on the answers.
  if (policy === 'cascade' || ranked[0]?.model !== model) return undefined;
  return Object.keys(wishes).every((name) => neutralWishes.has(name)) ? experiment : undefined;
}

function kindOfWork(row: SqlRow): Pick<LabelledCall, 'tier' | 'task' | 'difficulty'> {
  const tier = tiers.find((name) => name === row['tier']);
  const { task, difficulty } = row;
  return {
    ...(tier && { tier }),
    ...(typeof task === 'string' && { task }),
    ...(difficulty !== null && { difficulty: Number(difficulty) }),
  };
}

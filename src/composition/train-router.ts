import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSince } from '../core/parse-since.ts';
import type { LabelledCall, RouterStore } from '../core/router-store.ts';
import { featuresVersion } from '../learning/hashed-features.ts';
import { readLinearModel, writeLinearModel } from '../learning/linear-model.ts';
import { retrain, type Retrained, type RetrainReport } from '../learning/retrain.ts';
import { fitResidual, type FittedModel } from '../learning/fit-residual.ts';
import type { LearnedRouting } from '../learning/learned-routing.ts';
import { promptResidual } from '../learning/prompt-residual.ts';
import { readTaskWeights } from '../learning/task-classifier.ts';
import { committedWeights, ownWeights } from './open-classifier.ts';

/** What a training made of an installation's own calls. */
export type RouterTraining = RetrainReport & {
  readonly since: string;
  /** Where the weights of task and difficulty lie; absent where neither got better. */
  readonly path?: string;
  /** Models with enough judged calls, and whether their prompts' words tell more than the kind of work. */
  readonly words: readonly FittedModel[];
  /** The version of what was learned that goes by these words from now on; absent where nothing changed. */
  readonly version?: number;
};

const perRead = 1_000;
/** The newest of a longer time stand for all of them. */
const mostCalls = 50_000;

/**
 * Fits the guesses of task and difficulty anew on this installation's own calls, and puts the weights where they go before the
 * committed ones; running processes take them up at their next start. What prompts' words say of each model's chances goes
 * into a snapshot of what was learned, which they take up within seconds. @throws ConclaveError `configuration` for own
 * weights that cannot be read, `invalid_request` for a time that is none.
 */
export async function trainRouter(
  { store, home, learned }: Parts,
  { since = '180d', now }: { readonly since?: string | undefined; readonly now: number },
): Promise<RouterTraining> {
  const path = ownWeights(home);
  const present = readTaskWeights(
    JSON.parse(readFileSync(existsSync(path) ? path : committedWeights, 'utf8')),
  );
  const calls = await labelledCalls(store, parseSince(since, now));
  const { weights, report } = retrain(present, calls);
  const words = await trainResidual(learned, calls, since);
  if (report.task.kept === 'old' && report.difficulty.kept === 'old') return { ...report, ...words, since };
  const source = `the ledger's own calls of the last ${since}, beginning from the weights before`;
  const file = {
    leastConfidence: weights.leastConfidence,
    ...(weights.leastConfidenceOf && { leastConfidenceOf: { ...weights.leastConfidenceOf } }),
    task: writeLinearModel(weights.task, { source, quality: figures(report.task) }),
    difficulty: writeLinearModel(weights.difficulty, { source, quality: figures(report.difficulty) }),
  };
  // Whoever starts meanwhile reads the old file or the new one, and nothing between.
  const draft = join(home, 'router-weights.json.new');
  await writeFile(draft, `${JSON.stringify(file, undefined, 1)}\n`, { mode: 0o600 });
  await rename(draft, path);
  return { ...report, ...words, since, path };
}

type Parts = {
  readonly store: Pick<RouterStore, 'labelled'>;
  readonly home: string;
  readonly learned: Pick<LearnedRouting, 'refresh' | 'residual' | 'adopt'>;
};

async function trainResidual(
  learned: Parts['learned'],
  calls: readonly LabelledCall[],
  since: string,
): Promise<Pick<RouterTraining, 'words' | 'version'>> {
  await learned.refresh();
  const present = learned.residual && readLinearModel(learned.residual.file);
  const { model, report } = fitResidual(calls, present);
  if (report.every(({ model: id, kept }) => kept === 'posterior' && !present?.outputs.includes(id)))
    return { words: report };
  const source = `the ledger's own calls of the last ${since}`;
  const quality = Object.fromEntries(report.map(({ model: id, ...figures }) => [id, figures]));
  const residual = model && promptResidual(model, { source, quality });
  return { words: report, version: await learned.adopt(residual, 'trained on what prompts say') };
}

function figures({ labels, judged, before, after, kept }: Retrained) {
  return { labels, judged, before, after, kept };
}

async function labelledCalls(store: Pick<RouterStore, 'labelled'>, since: number): Promise<LabelledCall[]> {
  const calls: LabelledCall[] = [];
  for (let after: string | undefined; ; after = calls.at(-1)?.id) {
    const page = await store.labelled({ since, features: featuresVersion, after, limit: perRead });
    calls.push(...page);
    if (page.length < perRead) return calls.slice(-mostCalls);
    if (calls.length >= 2 * mostCalls) calls.splice(0, mostCalls);
  }
}

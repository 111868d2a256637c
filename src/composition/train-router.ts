import { isDeepStrictEqual } from 'node:util';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '../core/catalogue.ts';
import { parseSince } from '../core/parse-since.ts';
import { roughCost } from '../core/money/price.ts';
import type { SuccessWorths } from '../core/routing/quality-estimates.ts';
import type { LabelledCall, RouterStore } from '../core/stores/router-store.ts';
import { isTaskType } from '../core/task.ts';
import { type Ms, usdFromNano } from '../core/units.ts';
import { featuresVersion } from '../learning/features/hashed-features.ts';
import { writeLinearModel } from '../learning/models/linear-model.ts';
import { retrain, type Retrained, type RetrainReport } from '../learning/fitting/retrain.ts';
import { fitResidual, type HeldOut } from '../learning/fitting/fit-residual.ts';
import type { FittedModel } from '../learning/fitting/fit-words.ts';
import type { LearnedRouting } from '../learning/estimates/learned-routing.ts';
import { promptResidual } from '../learning/models/prompt-residual.ts';
import { usualAnswers } from '../learning/fitting/usual-answers.ts';
import { findSuccessWorths, type JudgedTraffic } from '../learning/fitting/find-success-worths.ts';
import { readTaskWeights } from '../learning/prompts/task-classifier.ts';
import { committedWeights, ownWeights } from './open-classifier.ts';

/** Result of a training on an installation's own calls. */
export type RouterTraining = RetrainReport & {
  readonly since: string;
  /** Path of the weights for task and difficulty; absent if neither improved. */
  readonly path?: string;
  /** Models with enough judged calls, and whether the words of their prompts predict more than the kind of work. */
  readonly words: readonly FittedModel[];
  /** The price of a success at which a wanted quality is kept on average; absent if too few calls were judged. */
  readonly worths?: TrainedWorths;
  /** Judged models without a known price, which were ignored when the price of a success was fitted. */
  readonly unpriced: readonly string[];
  /** The new version of what was learned that uses these words; absent if nothing changed. */
  readonly version?: number;
};

export type TrainedWorths = Pick<SuccessWorths, 'bestSingle' | 'prompts'> & {
  /** The usual quality targets that were certainly kept, with the cost as a share of the best model's. */
  readonly kept: readonly { readonly quality: number; readonly usd: number; readonly costShare: number }[];
};

const perRead = 1_000;
/** If there are more calls, only the newest are used. */
const mostCalls = 50_000;

/**
 * Refits the predictions of task and difficulty on this installation's own calls and writes weights that take
 * precedence over the committed ones; running processes use them after their next start. What prompts' words tell about
 * each model's chances goes into a snapshot of what was learned, which running processes load within seconds.
 * @throws ConclaveError `configuration` if the user's own weights cannot be read, `invalid_request` for an invalid
 * time.
 */
export async function trainRouter(
  { store, home, learned, models }: Parts,
  { since = '180d', now }: { readonly since?: string | undefined; readonly now: number },
): Promise<RouterTraining> {
  const path = ownWeights(home);
  const present = readTaskWeights(
    JSON.parse(readFileSync(existsSync(path) ? path : committedWeights, 'utf8')),
  );
  const calls = await labelledCalls(store, parseSince(since, now));
  const { weights, report } = retrain(present, calls);
  const words = await trainChances({ learned, models }, calls, { since, now });
  if (report.task.kept === 'old' && report.difficulty.kept === 'old') return { ...report, ...words, since };
  const source = `the ledger's own calls of the last ${since}, beginning from the weights before`;
  const file = {
    leastConfidence: weights.leastConfidence,
    ...(weights.leastConfidenceOf && { leastConfidenceOf: { ...weights.leastConfidenceOf } }),
    task: writeLinearModel(weights.task, { source, quality: figures(report.task) }),
    difficulty: writeLinearModel(weights.difficulty, { source, quality: figures(report.difficulty) }),
  };
  // Written to a draft and renamed, so that a process that starts meanwhile reads either the old or the new file.
  const draft = join(home, 'router-weights.json.new');
  await writeFile(draft, `${JSON.stringify(file, undefined, 1)}\n`, { mode: 0o600 });
  await rename(draft, path);
  return { ...report, ...words, since, path };
}

type Parts = {
  readonly store: Pick<RouterStore, 'labelled'>;
  readonly home: string;
  readonly learned: Pick<LearnedRouting, 'refresh' | 'residual' | 'worths' | 'adopt'>;
  readonly models: Pick<Catalogue, 'get'>;
};

async function trainChances(
  { learned, models }: Pick<Parts, 'learned' | 'models'>,
  calls: readonly LabelledCall[],
  { since, now }: { readonly since: string; readonly now: Ms },
): Promise<Pick<RouterTraining, 'words' | 'worths' | 'unpriced' | 'version'>> {
  await learned.refresh();
  const present = learned.residual?.words;
  const { words, report, heldOut } = fitResidual(calls, present);
  const sameWords = report.every(
    ({ model: id, kept }) => kept === 'posterior' && !present?.model.outputs.includes(id),
  );
  // Worths that were fitted for other words no longer apply.
  const worths = findSuccessWorths(priced(heldOut, models, now)) ?? (sameWords ? learned.worths : undefined);
  const unpriced = heldOut.models.filter((id) => models.get(id)?.price === undefined);
  const found = { words: report, unpriced, ...(worths && { worths: shownWorths(worths) }) };
  if (sameWords && isDeepStrictEqual(worths?.file, learned.worths?.file)) return found;
  const source = `the ledger's own calls of the last ${since}`;
  const quality = Object.fromEntries(report.map(({ model: id, ...figures }) => [id, figures]));
  const residual = sameWords ? learned.residual : words && promptResidual(words, { source, quality });
  const label = sameWords ? 'trained on what a success may cost' : 'trained on what prompts say';
  return { ...found, version: await learned.adopt({ residual, worths }, label) };
}

/**
 * Estimates what each model with a known price would cost for these calls today. The length of an answer is not known
 * in advance, so the usual length for the kind of work is assumed.
 */
function priced(
  { models: ids, chances, scores, calls }: HeldOut,
  models: Parts['models'],
  now: Ms,
): JudgedTraffic {
  const answers = usualAnswers(calls);
  const known = [...ids.entries()].flatMap(([at, id]) => {
    const price = models.get(id)?.price;
    const [ofChance, ofScore] = [chances[at], scores[at]];
    if (!price || !ofChance || !ofScore) return [];
    const costs = calls.map(({ tokens, task }) =>
      roughCost(price, tokens.input, (isTaskType(task) ? answers.at[task] : undefined) ?? answers.any, now),
    );
    return { id, chances: ofChance, scores: ofScore, costs };
  });
  return {
    models: known.map(({ id }) => id),
    chances: known.map((one) => one.chances),
    scores: known.map((one) => one.scores),
    costs: known.map((one) => one.costs),
    answers,
  };
}

function shownWorths({ bestSingle, prompts, keeping }: SuccessWorths): TrainedWorths {
  return {
    bestSingle,
    prompts,
    kept: usualWishes.flatMap((quality) => {
      const worth = keeping(quality);
      return worth ? { quality, usd: usdFromNano(worth.nanoUsd), costShare: worth.costShare } : [];
    }),
  };
}

const usualWishes = [0.9, 0.95, 0.99, 1];

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

import { isDeepStrictEqual } from 'node:util';
import { appendAll } from '../../core/lists/append-all.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import { roughCost } from '../../core/money/price.ts';
import type { SuccessWorths } from '../../core/routing/quality/quality-estimates.ts';
import type { RouterStore } from '../../core/stores/router-store.ts';
import { isTaskType } from '../../core/task.ts';
import { type Ms, usdFromNano } from '../../core/units.ts';
import type { LearnedRouting } from '../estimates/learned-routing.ts';
import { featuresVersion } from '../features/hashed-features.ts';
import { usualAnswer } from '../models/success-worths.ts';
import { writeLinearModel } from '../models/linear-model.ts';
import { promptResidual } from '../models/prompt-residual.ts';
import type { TaskWeights } from '../prompts/task-classifier.ts';
import { findSuccessWorths, type JudgedTraffic, type NoWorths, whyNoWorths } from './find-success-worths.ts';
import { fitResidual, type HeldOut } from './fit-residual.ts';
import type { FittedModel } from './fit-words.ts';
import { labelledCall, type LabelledCall } from './labelled-call.ts';
import { retrainTasks, type RetrainedTasks } from './retrain-tasks.ts';
import { usualAnswers } from './usual-answers.ts';
import { withControls } from './with-controls.ts';

/** Result of a training on an installation's own calls. */
export type Training = {
  readonly calls: number;
  /** How well the weights guess the tasks that callers named. */
  readonly task: RetrainedTasks;
  /** The weights for tasks, to be written to a file; absent if they did not improve. */
  readonly weights?: object;
  /** Models with enough judged calls, and whether the words of their prompts predict more than the kind of work. */
  readonly words: readonly FittedModel[];
  /** The price of a success at which a wanted quality is kept on average; absent if too few calls were judged. */
  readonly worths?: TrainedWorths;
  /** Why these calls yield no such price; `worths` are then those of an earlier training. */
  readonly noWorths?: NoWorths;
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
const maxCalls = 50_000;

type Services = {
  readonly store: Pick<RouterStore, 'calls'>;
  readonly learned: Pick<LearnedRouting, 'refresh' | 'residual' | 'worths' | 'versions'>;
  readonly models: Pick<Catalogue, 'get'>;
};

type Period = {
  /** As the user wrote it, for the description of what was trained. */
  readonly period: string;
  readonly since: Ms;
  readonly now: Ms;
};

/**
 * Refits the guesses of tasks on this installation's own calls, beginning from the `present` weights.
 * What prompts' words tell about each model's chances goes into a snapshot of what was learned, which running processes
 * load within seconds.
 */
export async function train(
  { store, learned, models }: Services,
  present: TaskWeights,
  { period, since, now }: Period,
): Promise<Training> {
  const calls = withControls(await labelledCalls(store, since));
  const { model, report } = retrainTasks(present.task, calls);
  const source = `the ledger's own calls of the last ${period}`;
  const chances = await trainChances({ learned, models }, calls, { source, now });
  const trained = { calls: calls.length, task: report, ...chances };
  if (report.kept === 'old') return trained;
  const { leastConfidence, leastConfidenceOf } = present;
  return {
    ...trained,
    weights: {
      leastConfidence,
      ...(leastConfidenceOf && { leastConfidenceOf: { ...leastConfidenceOf } }),
      task: writeLinearModel(model, {
        source: `${source}, beginning from the weights before`,
        quality: figures(report),
      }),
    },
  };
}

async function trainChances(
  { learned, models }: Pick<Services, 'learned' | 'models'>,
  calls: readonly LabelledCall[],
  { source, now }: { readonly source: string; readonly now: Ms },
): Promise<Pick<Training, 'words' | 'worths' | 'noWorths' | 'unpriced' | 'version'>> {
  await learned.refresh();
  const present = learned.residual?.words;
  const { words, report, heldOut } = fitResidual(calls, present);
  const sameWords = report.every(
    ({ model: id, kept }) => kept === 'posterior' && !present?.model.outputs.includes(id),
  );
  // Worths that were fitted for other words no longer apply.
  const traffic = priced(heldOut, models, now);
  const worths = findSuccessWorths(traffic) ?? (sameWords ? learned.worths : undefined);
  const noWorths = whyNoWorths(traffic);
  const unpriced = heldOut.models.filter((id) => models.get(id)?.price === undefined);
  const found = {
    words: report,
    unpriced,
    ...(worths && { worths: shownWorths(worths) }),
    ...(noWorths && { noWorths }),
  };
  if (sameWords && isDeepStrictEqual(worths?.file, learned.worths?.file)) return found;
  const quality = Object.fromEntries(report.map(({ model: id, ...figures }) => [id, figures]));
  const residual = sameWords ? learned.residual : words && promptResidual(words, { source, quality });
  const label = sameWords ? 'trained on what a success may cost' : 'trained on what prompts say';
  return { ...found, version: await learned.versions.adopt({ residual, worths }, label) };
}

/**
 * Estimates what each model with a known price would cost for these calls today. The length of an answer is not known
 * in advance, so the model's usual length for the kind of work is assumed.
 */
function priced(
  { models: ids, chances, scores, weights, calls }: HeldOut,
  models: Services['models'],
  now: Ms,
): JudgedTraffic {
  const answers = usualAnswers(calls);
  const known = [...ids.entries()].flatMap(([at, id]) => {
    const price = models.get(id)?.price;
    const [ofChance, ofScore, ofWeight] = [chances[at], scores[at], weights?.[at]];
    if (!price || !ofChance || !ofScore || !ofWeight) return [];
    const costs = calls.map(({ tokens, task }) =>
      roughCost(price, tokens.input, usualAnswer(answers, isTaskType(task) ? task : undefined, id), now),
    );
    return { id, chances: ofChance, scores: ofScore, weights: ofWeight, costs };
  });
  return {
    models: known.map(({ id }) => id),
    chances: known.map((one) => one.chances),
    scores: known.map((one) => one.scores),
    weights: known.map((one) => one.weights),
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

function figures({ labels, judged, before, after, kept }: RetrainedTasks) {
  return { labels, judged, before, after, kept };
}

async function labelledCalls(store: Pick<RouterStore, 'calls'>, since: number): Promise<LabelledCall[]> {
  const calls: LabelledCall[] = [];
  for (let after: string | undefined; ; after = calls.at(-1)?.id) {
    const page = await store.calls({ since, features: featuresVersion, after, limit: perRead });
    appendAll(calls, page.map(labelledCall));
    if (page.length < perRead) return calls.slice(-maxCalls);
    if (calls.length >= 2 * maxCalls) calls.splice(0, maxCalls);
  }
}

import { minOf } from '../../core/lists/extremes.ts';
import type { SuccessWorth } from '../../core/routing/quality/quality-estimates.ts';
import { type FoundWorths, type UsualAnswers, withFile } from '../models/success-worths.ts';
import { meanOf } from '../../core/lists/mean-of.ts';

/** Prompts with judged answers, and what is known of each model there: one list per model, one entry per prompt. */
export type JudgedTraffic = {
  readonly models: readonly string[];
  /** P(success), estimated without having seen the prompt. */
  readonly chances: readonly ArrayLike<number>[];
  /** Nano-dollars. */
  readonly costs: readonly ArrayLike<number>[];
  /** The answer lengths with which `costs` were computed. Absent: these are the costs that decisions will see. */
  readonly answers?: UsualAnswers;
  /** 0 to 1; `NaN` if the model was not asked or not judged. */
  readonly scores: readonly ArrayLike<number>[];
  /**
   * For each score, one over the probability with which that model was drawn to answer. Absent: the scores are of
   * random prompts.
   */
  readonly weights?: readonly ArrayLike<number>[] | undefined;
};

/** With fewer prompts, nothing found would apply to the next ones. */
const minPrompts = 300;

/** A chance counts as this many judged answers when compared with them, as in the learner's cells. */
const chanceCountsAs = 30;

/**
 * A model that gets more than this share of the prompts must have been judged on them, at least this often; and no more
 * of the prompts may be such that their model is never drawn there.
 */
const muchOfThem = 0.05;
const minJudged = 2 * chanceCountsAs;

/** One-sided 95 %: a share counts as kept "at least". */
const surely = 1.645;

/** The values of a success to try, in mean costs of the best single model: from nearly zero upwards. */
const tried: readonly number[] = Array.from({ length: 100 }, (_, step) => 0.1 * 1.1 ** step);

/**
 * A decision estimates the size of its prompt from its bytes. A price must keep the share also two steps lower, so that
 * an estimate that is a fifth too high does not select the cheaper model.
 */
const guessedWithin = 2;

/**
 * Finds the price at which a share of the best single model's quality is kept on average: always taking the greatest
 * P(success) · worth − cost is the cheapest of all ways to keep as much by these chances (Everett, Generalized Lagrange
 * Multiplier Method, 1963). The chances of a choice are corrected by the outcomes of answers for which that same choice
 * was judged, and a share counts as kept with 95 % confidence. `undefined` if there is too little data, or if the best
 * single model was not drawn at nearly all kinds of prompts.
 *
 * This assumes that the draw alone decided who answered, and that whether an answer is judged depends on nothing but its
 * prompt and model.
 */
export function findSuccessWorths(traffic: JudgedTraffic): FoundWorths | undefined {
  const best = bestSingleOf(traffic);
  if ('why' in best) return undefined;
  const { models, answers } = traffic;
  const { bestSingle, single } = best;
  const prompts = single.values.length;
  const points = tried.map((times): SuccessWorth => {
    const nanoUsd = times * single.cost;
    const chosen = outcome(traffic, choices(traffic, nanoUsd));
    const gains = chosen.values.map((value, prompt) => value - (single.values[prompt] ?? 0));
    const sure = chosen.isJudged ? chosen.quality - surely * standardError(gains) : 0;
    return { nanoUsd, share: sure / single.quality, costShare: chosen.cost / single.cost };
  });
  const steps = kept(answers ? points.map(withMargin) : points);
  return withFile({ models, bestSingle, prompts, steps, answers });
}

/** Why nothing is found. */
export type NoWorths =
  | { readonly why: 'too-few-judged'; readonly models: readonly string[] }
  | { readonly why: 'best-not-drawn'; readonly bestSingle: string }
  | { readonly why: 'nothing-to-save'; readonly bestSingle: string };

/** Returns why `findSuccessWorths` finds nothing; `undefined` if it finds something. */
export function whyNoWorths(traffic: JudgedTraffic): NoWorths | undefined {
  const best = bestSingleOf(traffic);
  return 'why' in best ? best : undefined;
}

function bestSingleOf(
  traffic: JudgedTraffic,
): NoWorths | { readonly bestSingle: string; readonly single: Outcome } {
  const { models, costs } = traffic;
  const prompts = costs[0]?.length ?? 0;
  const singles = models.map((_, model) => outcome(traffic, new Int32Array(prompts).fill(model)));
  const best = placeOfHighest(singles.map(({ quality }) => quality));
  const [bestSingle, single] = [models[best], singles[best]];
  if (models.length < 2 || prompts < minPrompts || bestSingle === undefined || single === undefined)
    return { why: 'too-few-judged', models };
  if (!single.isJudged) return { why: 'best-not-drawn', bestSingle };
  if (!(single.quality > 0 && single.cost > 0)) return { why: 'nothing-to-save', bestSingle };
  return { bestSingle, single };
}

/** Returns the model for each prompt at this worth of a success, by its place among the models. */
function choices({ models, chances, costs }: JudgedTraffic, nanoUsd: number): Int32Array {
  return Int32Array.from({ length: costs[0]?.length ?? 0 }, (_, prompt) => {
    let best = 0;
    let most = -Infinity;
    for (let model = 0; model < models.length; model++) {
      const value = (chances[model]?.[prompt] ?? 0) * nanoUsd - (costs[model]?.[prompt] ?? Infinity);
      if (value > most) [best, most] = [model, value];
    }
    return best;
  });
}

type Outcome = {
  readonly quality: number;
  readonly cost: number;
  /** What each prompt adds to `quality`. */
  readonly values: Float64Array;
  /** No model gets a large part of the prompts on its chances alone. */
  readonly isJudged: boolean;
};

/**
 * Computes the result of a choice: the chances, corrected per model by the outcomes of those of its answers that the
 * choice would have selected too, each weighted by how rarely its model was drawn (Hájek's ratio). A chance that looked
 * best is more often too high than too low; this corrects that.
 */
function outcome({ models, chances, costs, scores, weights }: JudgedTraffic, chosen: Int32Array): Outcome {
  const drawn = models.map((): Drawn => ({ asked: 0, weight: 0, squares: 0 }));
  for (const [prompt, model] of chosen.entries()) {
    const own = drawn[model];
    if (!own) continue;
    own.asked += 1;
    if (Number.isNaN(scores[model]?.[prompt] ?? NaN)) continue;
    const weight = weights?.[model]?.[prompt] ?? 1;
    own.weight += weight;
    own.squares += weight ** 2;
  }
  const factors = drawn.map((own) => {
    const judged = effective(own);
    return judged === 0 ? 0 : (own.asked / own.weight) * (judged / (judged + chanceCountsAs));
  });
  let cost = 0;
  const values = Float64Array.from(chosen, (model, prompt) => {
    cost += costs[model]?.[prompt] ?? 0;
    const chance = chances[model]?.[prompt] ?? 0;
    const score = scores[model]?.[prompt] ?? NaN;
    if (Number.isNaN(score)) return chance;
    return chance + (score - chance) * (weights?.[model]?.[prompt] ?? 1) * (factors[model] ?? 0);
  });
  const much = muchOfThem * chosen.length;
  const isJudged =
    drawn.every((own) => own.asked <= much || effective(own) >= minJudged) &&
    (weights === undefined || drawn.reduce((sum, own) => sum + neverDrawn(own), 0) <= much);
  return { quality: meanOf(values), cost: cost / chosen.length, values, isJudged };
}

/** The prompts that a choice gives to a model, and the judged answers of that model there. */
type Drawn = {
  asked: number;
  /** Sum of the answers' weights, and of their squares. */
  weight: number;
  squares: number;
};

/** Returns how many equally weighted answers say as much (Kish, 1965). */
function effective({ weight, squares }: Drawn): number {
  return squares === 0 ? 0 : weight ** 2 / squares;
}

/**
 * Returns at how many of its prompts a model is certainly never drawn: if it might be drawn at all of them, the weights
 * add up to their number, except for chance.
 */
function neverDrawn({ asked, weight, squares }: Drawn): number {
  return Math.max(0, asked - weight - surely * Math.sqrt(Math.max(0, squares - weight)));
}

function withMargin(point: SuccessWorth, at: number, points: readonly SuccessWorth[]): SuccessWorth {
  const near = points.slice(Math.max(0, at - guessedWithin), at);
  return { ...point, share: minOf([point, ...near].map(({ share }) => share)) };
}

/** For each worth, counts only the share that is also kept at all higher worths, to exclude lucky results. */
function kept(points: readonly SuccessWorth[]): SuccessWorth[] {
  const steps: SuccessWorth[] = [];
  let least = Infinity;
  for (const point of points.toReversed()) {
    least = Math.min(least, point.share);
    const before = steps.at(-1);
    if (before && before.share <= least) steps.pop();
    steps.push({ ...point, share: least });
  }
  return steps.reverse();
}

function placeOfHighest(values: readonly number[]): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if ((values[at] ?? 0) > (values[best] ?? 0)) best = at;
  return best;
}

function standardError(values: Float64Array): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)) / values.length);
}

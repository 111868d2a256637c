import type { SuccessWorth } from '../../core/routing/quality-estimates.ts';
import { type FoundWorths, type UsualAnswers, withFile } from '../models/success-worths.ts';

/** Prompts that people judged answers to, and what is known of each model there: one list per model, one entry per prompt. */
export type JudgedTraffic = {
  readonly models: readonly string[];
  /** P(success), by whoever had not seen the prompt. */
  readonly chances: readonly ArrayLike<number>[];
  /** Nano-dollars. */
  readonly costs: readonly ArrayLike<number>[];
  /** The lengths of answers that `costs` were worked out with. Absent: these are the costs that decisions will see. */
  readonly answers?: UsualAnswers;
  /** 0 to 1, and `NaN` where that model was not asked or nobody judged it. */
  readonly scores: readonly ArrayLike<number>[];
};

/** Fewer prompts show nothing that would hold for the next ones. */
const leastPrompts = 300;

/** As how many judged answers a chance itself counts, where it is held against them: as at the learner's own cells. */
const chanceCountsAs = 30;

/** A model that takes more of the prompts than this is to have been judged there, and so often. */
const muchOfThem = 0.05;
const leastJudged = 2 * chanceCountsAs;

/** One-sided 95 %: a share is kept "at least". */
const surely = 1.645;

/** What a success may be worth, in mean costs of the best single model: from nearly nothing to whatever it takes. */
const tried: readonly number[] = Array.from({ length: 100 }, (_, step) => 0.1 * 1.1 ** step);

/**
 * A decision guesses the size of its prompt by the bytes. So that a guess which is a fifth too high does not turn it to the
 * cheaper model, a price is to keep the share also where it is two steps lower.
 */
const guessedWithin = 2;

/**
 * The price at which a share of the best single model's quality is kept on the average: who always takes the greatest
 * P(success) · worth − cost pays least among all who keep as much by these chances (Everett, Generalized Lagrange Multiplier
 * Method, 1963). What chances promise of a choice is held against what came where that very choice was judged, and a share
 * counts as kept where that holds with 95 % confidence. `undefined` where there is too little to go by.
 */
export function findSuccessWorths(traffic: JudgedTraffic): FoundWorths | undefined {
  const { models, costs, answers } = traffic;
  const prompts = costs[0]?.length ?? 0;
  if (models.length < 2 || prompts < leastPrompts) return undefined;
  const singles = models.map((_, model) => outcome(traffic, new Int32Array(prompts).fill(model)));
  const best = placeOfHighest(singles.map(({ quality }) => quality));
  const single = singles[best];
  if (single === undefined || !(single.quality > 0) || !(single.cost > 0)) return undefined;
  const points = tried.map((times): SuccessWorth => {
    const nanoUsd = times * single.cost;
    const chosen = outcome(traffic, choices(traffic, nanoUsd));
    const gains = chosen.values.map((value, prompt) => value - (single.values[prompt] ?? 0));
    const sure = chosen.isJudged ? chosen.quality - surely * standardError(gains) : 0;
    return { nanoUsd, share: sure / single.quality, costShare: chosen.cost / single.cost };
  });
  const steps = kept(answers ? points.map(withMargin) : points);
  return withFile({ models, bestSingle: models[best] ?? '', prompts, steps, answers });
}

/** Whom each prompt goes to where a success is worth so much: the place among the models. */
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
  /** No model takes a good part of it on the word of its chances alone. */
  readonly isJudged: boolean;
};

/**
 * What a choice gives: the chances, set right for each model by how those of its answers turned out that it would have given
 * here too. A chance that looked best is more often too high than too low; this takes that off again.
 */
function outcome({ models, chances, costs, scores }: JudgedTraffic, chosen: Int32Array): Outcome {
  const asked = new Float64Array(models.length);
  const judged = new Float64Array(models.length);
  for (const [prompt, model] of chosen.entries()) {
    asked[model] = (asked[model] ?? 0) + 1;
    if (!Number.isNaN(scores[model]?.[prompt] ?? NaN)) judged[model] = (judged[model] ?? 0) + 1;
  }
  let cost = 0;
  const values = Float64Array.from(chosen, (model, prompt) => {
    cost += costs[model]?.[prompt] ?? 0;
    const chance = chances[model]?.[prompt] ?? 0;
    const score = scores[model]?.[prompt] ?? NaN;
    if (Number.isNaN(score)) return chance;
    return chance + ((score - chance) * (asked[model] ?? 0)) / ((judged[model] ?? 0) + chanceCountsAs);
  });
  const isJudged = asked.every(
    (count, model) => count <= muchOfThem * chosen.length || (judged[model] ?? 0) >= leastJudged,
  );
  return { quality: meanOf(values), cost: cost / chosen.length, values, isJudged };
}

function withMargin(point: SuccessWorth, at: number, points: readonly SuccessWorth[]): SuccessWorth {
  const near = points.slice(Math.max(0, at - guessedWithin), at);
  return { ...point, share: Math.min(point.share, ...near.map(({ share }) => share)) };
}

/** Of each dearer worth only what is kept there and at all that are dearer still: a stroke of luck is no promise. */
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

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

import { type AnswerShape, shapesOf } from './answer-shape.ts';
import type { Trial } from './cascade-model.ts';
import { type Counted, countOutcomes, type Outcome, outcomes, sheetOf } from './outcome-counts.ts';

/**
 * Models why models are right or wrong together. Every question has a hidden ease and a hidden temptation: how strongly
 * one wrong answer attracts erring models. Every model gives the right answer, the popular wrong answer, or an error of
 * its own, with chances that follow two lines over ease and temptation. That is item response theory (Bock's nominal
 * model, 1972) with four numbers per model, so a few hundred questions answered by many models are enough.
 */
export type ItemResponse = {
  /** How common each kind of question is; sums to 1. */
  readonly kinds: Float64Array;
  /** By position in the trials' answers. */
  readonly models: readonly ModelResponse[];
  readonly shapes: readonly AnswerShape[];
};

/** Expectations of a model at each kind of question: three chances that sum to 1, and the cost of a call. */
export type ModelResponse = Record<Outcome, Float64Array> & { readonly cost: Float64Array };

const rounds = 30;
/** Prior: as if this many questions of the usual kinds had been seen. */
const usualQuestions = 20;
/** Slopes are shrunk to the mean of all models' slopes, with this much information. */
const slopePull = 30;
const steps = { ease: 15, temptation: 5 };

const kindsOfQuestion = Array.from({ length: steps.ease * steps.temptation }, (_, kind) => {
  const ease = 2.8 - (7.6 * Math.floor(kind / steps.temptation)) / (steps.ease - 1);
  const temptation = -2 + (4 * (kind % steps.temptation)) / (steps.temptation - 1);
  return { ease, temptation, density: Math.exp(-(ease ** 2 + temptation ** 2) / 2) };
});
const density = kindsOfQuestion.reduce((sum, one) => sum + one.density, 0);
/** A bell curve over both, plus a small uniform part: some questions are labelled wrongly, and no model is right. */
const usual = Float64Array.from(
  kindsOfQuestion,
  (kind) => (0.9 * kind.density) / density + 0.1 / kindsOfQuestion.length,
);
const features = {
  right: Float64Array.from(kindsOfQuestion, ({ ease }) => ease),
  popular: Float64Array.from(kindsOfQuestion, ({ temptation }) => temptation),
};

/**
 * Fits by expectation maximisation to trials with every model's answer. A score above one half is right; for wrong
 * answers only their equality matters.
 */
export function fitItemResponse(trials: readonly Trial[]): ItemResponse {
  const count = trials[0]?.answers.length ?? 0;
  const sheets = trials.map(sheetOf);
  let abilities = Array.from({ length: count }, (_, model) => firstGuess(trials, model));
  let kinds = usual;
  let counted = countOutcomes(sheets, kinds, abilities.map(chancesOf));
  for (let round = 0; round < rounds; round++) {
    kinds = counted.kinds.map(
      (seen, kind) => (seen + usualQuestions * (usual[kind] ?? 0)) / (trials.length + usualQuestions),
    );
    abilities = improved(abilities, counted.models);
    counted = countOutcomes(sheets, kinds, abilities.map(chancesOf));
  }
  const costs = expectedCosts(trials, counted);
  const models = abilities.map((ability, model) => ({
    ...chancesOf(ability),
    cost: costs[model] ?? empty(),
  }));
  return { kinds, models, shapes: shapesOf(trials) };
}

/** Returns how likely a model is right if it is asked alone. */
export function expectedScore({ kinds, models }: ItemResponse, model: number): number {
  return kinds.reduce((sum, share, kind) => sum + share * (models[model]?.right[kind] ?? 0), 0);
}

/** The odds of an outcome against an error of the model's own: `exp(base + slope * feature)`. */
type Line = { readonly base: number; readonly slope: number };
type Ability = { readonly right: Line; readonly popular: Line };

function firstGuess(trials: readonly Trial[], model: number): Ability {
  const rights = trials.filter(({ answers }) => (answers[model]?.score ?? 0) > 0.5).length;
  const odds = (rights + 1) / (trials.length - rights + 1);
  return { right: { base: 1.3 * Math.log(odds) + 0.7, slope: 1.2 }, popular: { base: 0, slope: 1 } };
}

function chancesOf({ right, popular }: Ability): Record<Outcome, Float64Array> {
  const chances = { right: empty(), popular: empty(), own: empty() };
  for (let kind = 0; kind < usual.length; kind++) {
    const rightOdds = Math.exp(right.base + right.slope * (features.right[kind] ?? 0));
    const popularOdds = Math.exp(popular.base + popular.slope * (features.popular[kind] ?? 0));
    const all = 1 + rightOdds + popularOdds;
    chances.right[kind] = bounded(rightOdds / all);
    chances.popular[kind] = bounded(popularOdds / all);
    chances.own[kind] = bounded(1 / all);
  }
  return chances;
}

/** Limits a chance: a single mislabelled answer must not rule out a kind of question. */
function bounded(chance: number): number {
  return Math.min(0.999, Math.max(3e-4, chance));
}

function improved(
  abilities: readonly Ability[],
  counts: readonly Record<Outcome, Float64Array>[],
): Ability[] {
  const meanSlope = (of: 'right' | 'popular') =>
    abilities.reduce((sum, ability) => sum + ability[of].slope, 0) / abilities.length;
  const towards = {
    right: { base: 2.5, basePull: 0.5, slope: meanSlope('right') },
    popular: { base: 0, basePull: 1, slope: meanSlope('popular') },
  };
  return abilities.map((ability, model) => {
    const counted = counts[model];
    if (counted === undefined) return ability;
    let { right, popular } = ability;
    for (let step = 0; step < 2; step++) {
      right = stepped({ right, popular }, 'right', { counted, towards: towards.right });
      popular = stepped({ right, popular }, 'popular', { counted, towards: towards.popular });
    }
    return { right, popular };
  });
}

/** Takes one step of Newton's method for one of a model's lines. */
function stepped(
  ability: Ability,
  line: 'right' | 'popular',
  options: {
    readonly counted: Record<Outcome, Float64Array>;
    readonly towards: { readonly base: number; readonly basePull: number; readonly slope: number };
  },
): Line {
  const { counted, towards } = options;
  const { base, slope } = ability[line];
  const chances = chancesOf(ability)[line];
  let toBase = -towards.basePull * (base - towards.base);
  let toSlope = -slopePull * (slope - towards.slope);
  let [curveBase, curveSlope, curveBoth] = [towards.basePull, slopePull, 0];
  for (const [kind, feature] of features[line].entries()) {
    const all = outcomes.reduce((sum, outcome) => sum + (counted[outcome][kind] ?? 0), 0);
    const chance = chances[kind] ?? 0;
    const more = (counted[line][kind] ?? 0) - all * chance;
    const information = all * chance * (1 - chance);
    toBase += more;
    toSlope += feature * more;
    curveBase += information;
    curveBoth += feature * information;
    curveSlope += feature * feature * information;
  }
  const determinant = curveBase * curveSlope - curveBoth ** 2;
  const atMost = (most: number, step: number) => Math.max(-most, Math.min(most, step / determinant));
  return {
    base: base + atMost(1, toBase * curveSlope - toSlope * curveBoth),
    slope: Math.max(0.05, slope + atMost(0.5, toSlope * curveBase - toBase * curveBoth)),
  };
}

/**
 * Estimates costs per kind of question, as hard questions have longer answers: a model's own costs, shrunk to those of
 * all models at such questions.
 */
function expectedCosts(trials: readonly Trial[], { kinds, models, beliefs }: Counted): Float64Array[] {
  const means = models.map(
    (_, model) => trials.reduce((sum, { answers }) => sum + (answers[model]?.cost ?? 0), 0) / trials.length,
  );
  const relative = (trial: Trial | undefined, model: number) => {
    const mean = means[model] ?? 0;
    return mean === 0 ? 1 : (trial?.answers[model]?.cost ?? 0) / mean;
  };
  const weighed = (value: (trial: Trial | undefined) => number) => {
    const sums = empty();
    for (const [row, belief] of beliefs.entries()) {
      const times = value(trials[row]);
      for (let kind = 0; kind < sums.length; kind++)
        sums[kind] = (sums[kind] ?? 0) + times * (belief[kind] ?? 0);
    }
    return sums;
  };
  const together = weighed(
    (trial) => models.reduce((sum, _, model) => sum + relative(trial, model), 0) / models.length,
  ).map((sum, kind) => (sum + 5) / ((kinds[kind] ?? 0) + 5));
  return models.map((_, model) =>
    weighed((trial) => relative(trial, model)).map(
      (sum, kind) => ((means[model] ?? 0) * (sum + 30 * (together[kind] ?? 1))) / ((kinds[kind] ?? 0) + 30),
    ),
  );
}

function empty(): Float64Array {
  return new Float64Array(usual.length);
}

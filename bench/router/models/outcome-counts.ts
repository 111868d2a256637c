import type { Trial } from './cascade-model.ts';

/** What an answer can be: right, the popular wrong one, or an error of the model's own. */
export const outcomes = ['right', 'popular', 'own'] as const;
export type Outcome = (typeof outcomes)[number];

/** Models' own errors coincide as in a Chinese restaurant process of this concentration: hardly ever. */
export const concentration = 25;

/** How often each outcome is expected at each kind of question. */
export type Counted = {
  readonly kinds: Float64Array;
  readonly models: readonly Record<Outcome, Float64Array>[];
  /** The chance of each kind, per question. */
  readonly beliefs: readonly Float64Array[];
};

/** Computes how often each outcome is expected at each kind of question, given all that is known of the questions. */
export function countOutcomes(
  sheets: readonly Sheet[],
  kinds: Float64Array,
  models: readonly Record<Outcome, Float64Array>[],
): Counted {
  const logs = models.map(({ right, popular, own }) => ({
    right: right.map(Math.log),
    popular: popular.map(Math.log),
    own: own.map(Math.log),
  }));
  const empty = () => new Float64Array(kinds.length);
  const common = kinds.map((share) => Math.log(share + 1e-12));
  const totals = {
    kinds: empty(),
    models: models.map(() => ({ right: empty(), popular: empty(), own: empty() })),
  };
  const beliefs = sheets.map((sheet) => {
    const perPopular = suppose(sheet, common, logs);
    normalise(perPopular);
    const belief = empty();
    for (const weights of perPopular) addTo(belief, weights);
    addTo(totals.kinds, belief);
    for (const [model, total] of totals.models.entries()) {
      const mark = sheet.answers[model] ?? silent;
      addTo(mark === right ? total.right : total.own, belief);
      const drawn = mark > right ? perPopular[mark - 1] : undefined;
      if (drawn === undefined) continue;
      addTo(total.popular, drawn);
      subtractFrom(total.own, drawn);
    }
    return belief;
  });
  return { ...totals, beliefs };
}

/**
 * Computes the log-likelihood of a question's answers per kind, supposing each wrong answer in turn, and none, to be
 * the popular one.
 */
function suppose(
  { answers, sizes }: Sheet,
  common: Float64Array,
  logs: readonly Record<Outcome, Float64Array>[],
): Float64Array[] {
  const unpopular = common.slice();
  for (const [model, log] of logs.entries()) addTo(unpopular, answers[model] === right ? log.right : log.own);
  const perPopular = Array.from({ length: sizes.length + 1 }, (_, popular) => {
    const weights = unpopular.slice();
    const meeting = logOfMeeting(sizes.filter((_, wrong) => wrong !== popular));
    for (let kind = 0; kind < weights.length; kind++) weights[kind] = (weights[kind] ?? 0) + meeting;
    return weights;
  });
  for (const [model, log] of logs.entries()) {
    const weights = perPopular[(answers[model] ?? silent) - 1];
    if (weights === undefined) continue;
    addTo(weights, log.popular);
    subtractFrom(weights, log.own);
  }
  return perPopular;
}

/** Returns how likely models' own errors coincide like this (Ewens' sampling formula). */
function logOfMeeting(sizes: readonly number[]): number {
  let log = 0;
  let seated = 0;
  for (const size of sizes) {
    for (let guest = 0; guest < size; guest++, seated++)
      log += Math.log((guest === 0 ? concentration : guest) / (concentration + seated));
  }
  return log;
}

/** Turns logarithms into shares that sum to one. */
function normalise(perPopular: readonly Float64Array[]): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (const weights of perPopular) for (const log of weights) highest = Math.max(highest, log);
  let total = 0;
  for (const weights of perPopular)
    for (let kind = 0; kind < weights.length; kind++)
      total += weights[kind] = Math.exp((weights[kind] ?? 0) - highest);
  for (const weights of perPopular)
    for (let kind = 0; kind < weights.length; kind++) weights[kind] = (weights[kind] ?? 0) / total;
}

/**
 * One question: per model 0 for right, -1 for no answer, otherwise the number of the wrong answer. `sizes` counts each
 * wrong answer.
 */
export type Sheet = { readonly answers: Int16Array; readonly sizes: readonly number[] };
const right = 0;
const silent = -1;

/** Returns a question's answers, for counting. */
export function sheetOf({ answers }: Trial): Sheet {
  const known = new Map<string, number>();
  const sizes: number[] = [];
  const marks = Int16Array.from(answers, ({ key, score }) => {
    if (score > 0.5) return right;
    if (key === undefined) return silent;
    const wrong = known.get(key) ?? known.size;
    known.set(key, wrong);
    sizes[wrong] = (sizes[wrong] ?? 0) + 1;
    return wrong + 1;
  });
  return { answers: marks, sizes };
}

function addTo(sums: Float64Array, values: Float64Array): void {
  for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) + (values[at] ?? 0);
}

function subtractFrom(sums: Float64Array, values: Float64Array): void {
  for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) - (values[at] ?? 0);
}

import { fitCascade, type FittedCascade, type Trial } from './cascade-model.ts';

/** How many orders of each length are kept during the search for longer ones. */
const beam = 16;

/**
 * Searches the models that serve the trials best at a price of `1 / lambda` dollars per success, asked in order of
 * price. Two that are useless alone may be good together, so many orders of each length are kept.
 */
export function searchCascade(
  trials: readonly Trial[],
  options: { readonly candidates: readonly number[]; readonly lambda: number; readonly longest?: number },
): FittedCascade {
  const { candidates, lambda, longest = 5 } = options;
  const rate = (order: readonly number[]) => {
    const fitted = fitCascade(trials, { order, lambda });
    return { fitted, order, utility: fitted.score - lambda * fitted.cost };
  };
  const price = new Map(candidates.map((model) => [model, totalOf(trials, model, 'cost')]));
  const byPrice = (a: number, b: number) => (price.get(a) ?? 0) - (price.get(b) ?? 0);
  let level = best(candidates.map((model) => rate([model])));
  let [winner] = level;
  while (level.length > 0 && (level[0]?.order.length ?? longest) < longest) {
    const longer = new Map<string, readonly number[]>();
    for (const { order } of level) {
      for (const model of candidates) {
        if (order.includes(model)) continue;
        const longerOrder = [...order, model].sort(byPrice);
        longer.set(longerOrder.join(), longerOrder);
      }
    }
    level = best([...longer.values()].map(rate));
    const [leader] = level;
    // A step that hardly helps here does not help elsewhere.
    if (leader && winner && leader.utility > winner.utility + 0.001) winner = leader;
  }
  if (winner === undefined) throw new RangeError('a cascade needs at least one model');
  return winner.fitted;
}

/** Returns the models worth trying: those with the fewest others that are both better and cheaper. */
export function promisingModels(trials: readonly Trial[], models: number, keep = 12): number[] {
  const known = Array.from({ length: models }, (_, model) => ({
    model,
    score: totalOf(trials, model, 'score'),
    cost: totalOf(trials, model, 'cost'),
  }));
  const beatenBy = (one: (typeof known)[number]) =>
    known.filter((other) => other.score >= one.score && other.cost <= one.cost).length;
  return known
    .map((one) => ({ model: one.model, beaten: beatenBy(one) }))
    .sort((a, b) => a.beaten - b.beaten)
    .slice(0, keep)
    .map(({ model }) => model);
}

function totalOf(trials: readonly Trial[], model: number, of: 'score' | 'cost'): number {
  return trials.reduce((sum, { answers }) => sum + (answers[model]?.[of] ?? 0), 0);
}

function best<T extends { readonly utility: number }>(rated: readonly T[]): T[] {
  return [...rated].sort((a, b) => b.utility - a.utility).slice(0, beam);
}

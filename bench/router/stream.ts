import { bootstrap, drawnMean, type Interval } from './bootstrap.ts';

/** Every prompt once, in an order that this draws. */
export function shuffled(length: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length }, (_, at) => at);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

/** One way through the judged prompts: the order, and by prompt, in the order of the data, what was scored. */
export type Run = { readonly order: Int32Array; readonly scores: Float64Array };

/** Per prompt, the mean over runs of what was scored more than `best`, among the prompts at chosen places. */
export function meanGain(
  runs: readonly Run[],
  best: Float64Array,
  counts: (at: number) => boolean = () => true,
): Float64Array {
  const gains = new Float64Array(best.length);
  for (const { order, scores } of runs) {
    order.forEach((row, at) => {
      if (counts(at)) gains[row] = (gains[row] ?? 0) + ((scores[row] ?? 0) - (best[row] ?? 0)) / runs.length;
    });
  }
  return gains;
}

/** The mean gain with its interval: every prompt is its own pair. */
export function gainInterval(runs: readonly Run[], best: Float64Array): Interval {
  const gain = meanGain(runs, best);
  return bootstrap(best.length, (draws) => drawnMean(gain, draws));
}

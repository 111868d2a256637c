import { explore, mayBeBetter, usualExploration } from '../../src/learning/outcomes/explore.ts';
import type { Estimate } from '../../src/learning/outcomes/online-learner.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { bootstrap, drawnMean, type Interval } from './bootstrap.ts';

/** A learner that learns while it chooses. Models and prompts are identified by their places. */
export type StreamLearner = {
  /** One estimate per model. */
  estimates(row: number): readonly Estimate[];
  learn(row: number, model: number, score: number): void;
  /** Size in bytes as JSON. */
  size(): number;
};

/** Judged prompts, the scores of every model there, and the learner to start with. */
export type StreamWorld = {
  readonly models: readonly string[];
  /** One list per model. */
  readonly scores: readonly Float64Array[];
  readonly best: number;
  start(): StreamLearner;
};

export type Online = {
  readonly judged: number;
  readonly shuffles: number;
  /** The best model in hindsight, on the judged prompts. */
  readonly bestFixed: string;
  /** Mean score less the best fixed model's, over the whole stream; every prompt is its own pair. */
  readonly difference: Interval;
  /** The share, in the last half, of the gain of a learner that sees every model's score after each call. */
  readonly shareOfFullInformation: Interval;
  /** Calls that the favourite still got after it broke, until it led for fewer than one prompt in ten. */
  readonly callsUntilDemoted: { readonly median: number; readonly worst: number };
  readonly stateBytes: number;
};

const shuffles = 20;

/** The share of its scores that a broken model keeps. */
const brokenScore = 0.2;

/**
 * Streams the judged prompts in random orders through a learner that sees only the score of the model that it chose.
 */
export function judgeStream(world: StreamWorld): Online {
  const best = world.scores[world.best] ?? new Float64Array(0);
  const seeds = Array.from({ length: shuffles }, (_, seed) => seed);
  const runs = seeds.map((seed) => play(world, { seed, sees: 'own' }));
  const full = seeds.map((seed) => play(world, { seed, sees: 'all' }));
  const broken = seeds.map((seed) => callsUntilDemoted(world, seed)).sort((a, b) => a - b);
  const gain = meanGain(runs, best, () => true);
  const late = (played: readonly Run[]) => meanGain(played, best, (at) => at >= best.length / 2);
  const [lateOwn, lateFull] = [late(runs), late(full)];
  return {
    judged: best.length,
    shuffles,
    bestFixed: world.models[world.best] ?? '',
    difference: bootstrap(best.length, (draws) => drawnMean(gain, draws)),
    shareOfFullInformation: bootstrap(
      best.length,
      (draws) => drawnMean(lateOwn, draws) / drawnMean(lateFull, draws),
    ),
    callsUntilDemoted: { median: broken[shuffles >> 1] ?? 0, worst: broken.at(-1) ?? 0 },
    stateBytes: Math.max(...runs.map(({ learner }) => learner.size())),
  };
}

type Run = {
  readonly order: Int32Array;
  /** By prompt, in the order of the data. */
  readonly scores: Float64Array;
  readonly learner: StreamLearner;
};

type Play = {
  readonly seed: number;
  /** Which scores the learner sees: those of the chosen model or of all. */
  readonly sees: 'own' | 'all';
  /** Called before each prompt; may change what a model scores. */
  readonly before?: (at: number, learner: StreamLearner) => { readonly broken: number } | undefined;
  /** Called after each choice; true ends the run. */
  readonly after?: (at: number, chosen: number, learner: StreamLearner) => boolean;
};

function play(world: StreamWorld, { seed, sees, before, after }: Play): Run {
  const random = seededRandom(1000 + seed);
  const order = shuffled(world.scores[0]?.length ?? 0, random);
  const learner = world.start();
  const scores = new Float64Array(order.length);
  for (let at = 0; at < order.length; at++) {
    const row = order[at] ?? 0;
    const { broken } = before?.(at, learner) ?? {};
    const scoreOf = (model: number) =>
      (world.scores[model]?.[row] ?? 0) * (model === broken ? brokenScore : 1);
    const [first, ...rest] = ranked(learner, row);
    if (first === undefined) break;
    const rate = sees === 'all' ? 0 : usualExploration;
    const plausible = (other: Estimate) => mayBeBetter(other, first);
    const { model: chosen } = explore(first, rest, { plausible, random, rate }).chosen;
    for (const model of sees === 'all' ? world.models.keys() : [chosen])
      learner.learn(row, model, scoreOf(model));
    scores[row] = scoreOf(chosen);
    if (after?.(at, chosen, learner) === true) break;
  }
  return { order, scores, learner };
}

/** Ranks models by their expected score on a prompt, best first. */
function ranked(learner: StreamLearner, row: number): (Estimate & { readonly model: number })[] {
  return learner
    .estimates(row)
    .map((estimate, model) => ({ model, ...estimate }))
    .sort((a, b) => b.mean - a.mean);
}

/** Breaks the favourite halfway through, and counts the calls that it still gets. */
function callsUntilDemoted(world: StreamWorld, seed: number): number {
  const count = world.scores[0]?.length ?? 0;
  const half = count >> 1;
  const probes = Array.from({ length: 100 }, (_, at) => Math.floor((at * count) / 100));
  const leads = (model: number, learner: StreamLearner) =>
    probes.filter((row) => ranked(learner, row)[0]?.model === model).length;
  let favourite = -1;
  let calls = 0;
  play(world, {
    seed,
    sees: 'own',
    before(at, learner) {
      if (at === half) {
        const counts = [...world.models.keys()].map((model) => leads(model, learner));
        favourite = counts.indexOf(Math.max(...counts));
      }
      return at < half ? undefined : { broken: favourite };
    },
    after(at, chosen, learner) {
      if (at < half || chosen !== favourite) return false;
      calls++;
      return leads(favourite, learner) < probes.length / 10;
    },
  });
  return calls;
}

/** Returns per prompt the mean over runs of the score above `best`, among the prompts at selected places. */
function meanGain(runs: readonly Run[], best: Float64Array, counts: (at: number) => boolean): Float64Array {
  const gains = new Float64Array(best.length);
  for (const { order, scores } of runs) {
    order.forEach((row, at) => {
      if (counts(at)) gains[row] = (gains[row] ?? 0) + ((scores[row] ?? 0) - (best[row] ?? 0)) / runs.length;
    });
  }
  return gains;
}

/** Returns the numbers below `length` in a random order. */
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

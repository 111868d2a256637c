import { explore, mayBeBetter, usualExploration } from '../../src/learning/explore.ts';
import { promptScanner } from '../../src/learning/hashed-features.ts';
import { fittedBase, onlineLearner, type OnlineLearner } from '../../src/learning/online-learner.ts';
import { fitQuality, predictQuality, type QualitySettings } from '../../src/learning/quality-model.ts';
import { seededRandom } from '../../src/learning/seeded-random.ts';
import { softmax } from '../../src/learning/softmax-regression.ts';
import { scoreLinear } from '../../src/learning/linear-model.ts';
import { bootstrap, drawnMean, type Interval } from './bootstrap.ts';
import type { RoutingRow } from './read-rows.ts';
import { gainInterval, meanGain, type Run as Played, shuffled } from './stream.ts';
import { bestColumn, modelsOfAll, tableOf } from './task-mix.ts';

export type Online = {
  readonly judged: number;
  readonly shuffles: number;
  /** In hindsight, on the judged prompts. */
  readonly bestFixed: string;
  /** Mean score less the best fixed model's, over the whole stream; every prompt is its own pair. */
  readonly difference: Interval;
  /** Of what a learner gains that sees every model's score after each call: the share gained, in the last half. */
  readonly shareOfFullInformation: Interval;
  /** Calls that the favourite still got after it had broken, until it led for fewer than one prompt in ten. */
  readonly callsUntilDemoted: { readonly median: number; readonly worst: number };
  readonly stateBytes: number;
};

const shuffles = 20;

/** What is left of a broken model's scores. */
const brokenScore = 0.2;

/**
 * Streams the judged prompts in random orders through the online learner, which sees the score of the model that it
 * chose and of no other. It starts from weights fitted on `fit`.
 */
export function judgeOnline(options: {
  readonly fit: readonly RoutingRow[];
  readonly judge: readonly RoutingRow[];
  readonly settings: QualitySettings;
}): Online {
  const { fit, judge, settings } = options;
  const world = worldOf(fit, judge, settings);
  const best = world.scores[world.best] ?? new Float64Array(0);
  const runs = Array.from({ length: shuffles }, (_, seed) => play(world, { seed, sees: 'own' }));
  const full = Array.from({ length: shuffles }, (_, seed) => play(world, { seed, sees: 'all' }));
  const broken = Array.from({ length: shuffles }, (_, seed) => callsUntilDemoted(world, seed)).sort(
    (a, b) => a - b,
  );
  const late = (played: readonly Run[]) => meanGain(played, best, (at) => at >= judge.length / 2);
  const [lateOwn, lateFull] = [late(runs), late(full)];
  return {
    judged: judge.length,
    shuffles,
    bestFixed: world.models[world.best] ?? '',
    difference: gainInterval(runs, best),
    shareOfFullInformation: bootstrap(
      judge.length,
      (draws) => drawnMean(lateOwn, draws) / drawnMean(lateFull, draws),
    ),
    callsUntilDemoted: { median: broken[shuffles >> 1] ?? 0, worst: broken.at(-1) ?? 0 },
    stateBytes: Math.max(...runs.map(({ learner }) => Buffer.byteLength(JSON.stringify(learner.snapshot())))),
  };
}

type World = {
  readonly models: readonly string[];
  /** One list per model. */
  readonly scores: readonly Float64Array[];
  /** What the weights expect, one list per prompt. */
  readonly expected: readonly Float64Array[];
  readonly tasks: readonly string[];
  readonly best: number;
};

function worldOf(fit: readonly RoutingRow[], judge: readonly RoutingRow[], settings: QualitySettings): World {
  const models = modelsOfAll(fit);
  const quality = fitQuality(tableOf(fit, models), { index: [...fit.keys()], settings });
  const scanner = promptScanner();
  const chances = new Float64Array(quality.guess.outputs.length);
  const tasks: string[] = [];
  const expected = judge.map(({ prompt }) => {
    const features = scanner.scan(prompt);
    softmax(scoreLinear(quality.guess, features, chances));
    tasks.push(`task ${chances.indexOf(Math.max(...chances))}`);
    return predictQuality(quality, features);
  });
  const { scores } = tableOf(judge, models);
  return { models, scores, expected, tasks, best: bestColumn(scores) };
}

type Run = Played & { readonly learner: OnlineLearner };

type Play = {
  readonly seed: number;
  /** Whose scores the learner gets to know. */
  readonly sees: 'own' | 'all';
  /** Called before each prompt; may change what a model scores. */
  readonly before?: (at: number, learner: OnlineLearner) => { readonly broken: number } | undefined;
  /** Called after each choice; true ends the run. */
  readonly after?: (at: number, chosen: number, learner: OnlineLearner) => boolean;
};

function play(world: World, { seed, sees, before, after }: Play): Run {
  const random = seededRandom(1000 + seed);
  const order = shuffled(world.expected.length, random);
  const learner = onlineLearner({ trust: fittedBase });
  const scores = new Float64Array(order.length);
  for (let at = 0; at < order.length; at++) {
    const row = order[at] ?? 0;
    const { broken } = before?.(at, learner) ?? {};
    const scoreOf = (model: number) =>
      (world.scores[model]?.[row] ?? 0) * (model === broken ? brokenScore : 1);
    const [first, ...rest] = ranked(world, { row, learner });
    if (first === undefined) break;
    const rate = sees === 'all' ? 0 : usualExploration;
    const { model: chosen } = explore([first, ...rest], { plausible: mayBeBetter, random, rate }).chosen;
    for (const model of sees === 'all' ? world.models.keys() : [chosen]) {
      learner.learn({
        ...subjectOf(world, { row, model }),
        keyId: 'bench',
        score: scoreOf(model),
        at: 0,
      });
    }
    scores[row] = scoreOf(chosen);
    if (after?.(at, chosen, learner) === true) break;
  }
  return { order, scores, learner };
}

/** Models by what they are expected to do with a prompt, best first. */
function ranked(world: World, { row, learner }: { row: number; learner: OnlineLearner }) {
  const rated = [...world.models.keys()].map((model) => ({
    model,
    ...learner.estimate(subjectOf(world, { row, model })),
  }));
  return rated.sort((a, b) => b.mean - a.mean);
}

function subjectOf(world: World, { row, model }: { row: number; model: number }) {
  return {
    model: world.models[model] ?? '',
    task: world.tasks[row] ?? '',
    base: world.expected[row]?.[model] ?? 0.5,
  };
}

/** Breaks the favourite half way through, and counts the calls that it still gets. */
function callsUntilDemoted(world: World, seed: number): number {
  const half = world.expected.length >> 1;
  const probes = Array.from({ length: 100 }, (_, at) => Math.floor((at * world.expected.length) / 100));
  const leads = (model: number, learner: OnlineLearner) =>
    probes.filter((row) => ranked(world, { row, learner })[0]?.model === model).length;
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

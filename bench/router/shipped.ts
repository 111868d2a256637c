import { readFileSync } from 'node:fs';
import type { Classification } from '../../src/core/classification.ts';
import { priorParts } from '../../src/core/success-prior.ts';
import { explore, mayBeBetter, usualExploration } from '../../src/learning/explore.ts';
import { routerState, type RouterState } from '../../src/learning/router-state.ts';
import { seededRandom } from '../../src/learning/seeded-random.ts';
import { readTaskWeights, taskClassifier } from '../../src/learning/task-classifier.ts';
import type { Interval } from './bootstrap.ts';
import type { RoutingRow } from './read-rows.ts';
import { gainInterval, type Run, shuffled } from './stream.ts';
import { bestColumn, modelsOfAll, tableOf } from './task-mix.ts';

/** What a gateway does on these data as it is shipped: its own guess of the task, its priors, its learner. */
export type Shipped = {
  readonly judged: number;
  readonly shuffles: number;
  /** Mean score less the best fixed model's, from the first call on, with nothing known of any model. */
  readonly difference: Interval;
  readonly stateBytes: number;
};

const shuffles = 20;

/**
 * Streams the judged prompts in random orders through what decides live calls: `router-state.ts` learns from the score
 * of the chosen model as from feedback. The models are in no catalogue, so that all begin with the prior of an unknown tier.
 */
export function judgeShipped(judge: readonly RoutingRow[]): Shipped {
  const models = modelsOfAll(judge);
  const { scores } = tableOf(judge, models);
  const classify = taskClassifier(readTaskWeights(JSON.parse(readFileSync(committedWeights, 'utf8'))));
  const prompts = judge.map(({ prompt }) =>
    classify({ prompt, images: false, documents: false, schema: false, tools: false }),
  );
  const runs = Array.from({ length: shuffles }, (_, seed) => play({ models, scores, prompts, seed }));
  const best = scores[bestColumn(scores)] ?? new Float64Array(0);
  return {
    judged: judge.length,
    shuffles,
    difference: gainInterval(runs, best),
    stateBytes: Math.max(...runs.map(({ state }) => Buffer.byteLength(JSON.stringify(state.snapshot())))),
  };
}

const committedWeights = new URL('../../src/learning/weights/task.json', import.meta.url);

type World = {
  readonly models: readonly string[];
  readonly scores: readonly Float64Array[];
  readonly prompts: readonly Classification[];
  readonly seed: number;
};

function play({ models, scores, prompts, seed }: World): Run & { readonly state: RouterState } {
  const random = seededRandom(1000 + seed);
  const order = shuffled(prompts.length, random);
  const state = routerState();
  const scored = new Float64Array(order.length);
  order.forEach((row, at) => {
    const { task, difficulty = 0.5 }: Partial<Classification> = prompts[row] ?? {};
    const rated = models.map((model, column) => ({
      column,
      ...state.learner.estimate({
        model,
        ...priorParts(unknownModel, task, difficulty),
        ...(task && { task }),
        keyId: 'bench',
      }),
    }));
    const [first, ...rest] = rated.sort((a, b) => b.mean - a.mean);
    if (first === undefined) return;
    const { chosen } = explore([first, ...rest], { plausible: mayBeBetter, random, rate: usualExploration });
    const score = scores[chosen.column]?.[row] ?? 0;
    scored[row] = score;
    state.learn({
      id: `${at}`,
      callId: `${at}`,
      kind: 'feedback',
      source: 'bench',
      keyId: 'bench',
      model: models[chosen.column] ?? '',
      score,
      at: 0,
      tags: [],
      difficulty,
      ...(task && { task }),
    });
  });
  return { order, scores: scored, state };
}

const unknownModel = { strengths: [], weaknesses: [] };

import { groupMeans } from '../../../src/learning/fitting/group-means.ts';
import { residualFromLabels } from '../../../src/learning/fitting/fit-words.ts';
import type { HashedFeatures } from '../../../src/learning/features/hashed-features.ts';
import { type LinearModel, quantise, scoreLinear } from '../../../src/learning/models/linear-model.ts';
import { fitRidge } from '../../../src/learning/fitting/ridge.ts';
import { fitSoftmax } from '../../../src/learning/fitting/softmax-regression.ts';
import { softmax } from '../../../src/learning/models/softmax.ts';
import { hashPrompts } from '../../../src/learning/features/sparse-rows.ts';

/**
 * Predicts how likely each model is to succeed at a prompt: its known success at each kind of task, weighted by how
 * likely the prompt is of that kind, plus a correction from the prompt's words if there are enough labels to learn one.
 */
export type QualityModel = {
  readonly models: readonly string[];
  readonly guess: LinearModel;
  /** For task `t` and model `m`: `success[t * models.length + m]`, 0 to 1. */
  readonly success: Float64Array;
  readonly residual?: LinearModel;
};

/** Prompts that every model was tried on. Their tasks are known only during training. */
export type QualityData = {
  readonly prompts: readonly string[];
  readonly tasks: ArrayLike<number>;
  readonly taskCount: number;
  readonly models: readonly string[];
  /** One list per model, 0 to 1 per prompt. */
  readonly scores: readonly ArrayLike<number>[];
};

export type QualitySettings = {
  /** By how many rows a model's success at a task is shrunk to its overall success. */
  readonly shrinkage: number;
  /** The penalty on the words' correction; `undefined` leaves it out. */
  readonly residualLambda: number | undefined;
};

const guessBuckets = 8 * 1024;
const residualBuckets = 16 * 1024;

/** Fits the guess of the task, the table, and the correction if there are `residualFromLabels` rows. */
export function fitQuality(
  data: QualityData,
  options: { readonly index: readonly number[]; readonly settings: QualitySettings },
): QualityModel {
  const { index, settings } = options;
  const { prompts, tasks, taskCount, models, scores } = data;
  const heads = fitSoftmax(hashPrompts(prompts, guessBuckets), { index, labels: tasks, classes: taskCount });
  const means = scores.map(
    (values) =>
      groupMeans({ index, groups: tasks, count: taskCount, values, strength: settings.shrinkage }).means,
  );
  const success = Float64Array.from({ length: taskCount * models.length }, (_, cell) => {
    return means[cell % models.length]?.[Math.floor(cell / models.length)] ?? 0;
  });
  const guess = quantise(Object.fromEntries(heads.map((head, task) => [`${task}`, head])));
  if (settings.residualLambda === undefined || index.length < residualFromLabels) {
    return { models, guess, success };
  }
  const lambda = settings.residualLambda;
  const rows = hashPrompts(prompts, residualBuckets);
  const residual = scores.map((values, model) => {
    const targets = Float64Array.from(prompts, (_, row) => {
      return (values[row] ?? 0) - (means[model]?.[tasks[row] ?? 0] ?? 0);
    });
    return fitRidge(rows, { index, targets, lambda, rounds: 20 });
  });
  const named = Object.fromEntries(residual.map((head, model) => [models[model] ?? '', head]));
  return { models, guess, success, residual: quantise(named) };
}

/** Returns P(success) of every model, in the order of `models`. */
export function predictQuality(model: QualityModel, features: HashedFeatures): Float64Array {
  const { models, guess, success, residual } = model;
  const chances = softmax(scoreLinear(guess, features, new Float64Array(guess.outputs.length)));
  const quality = new Float64Array(models.length);
  if (residual !== undefined) scoreLinear(residual, features, quality);
  for (let task = 0; task < chances.length; task++) {
    const chance = chances[task] ?? 0;
    for (let at = 0; at < models.length; at++) {
      quality[at] = (quality[at] ?? 0) + chance * (success[task * models.length + at] ?? 0);
    }
  }
  for (let at = 0; at < models.length; at++) quality[at] = Math.min(1, Math.max(0, quality[at] ?? 0));
  return quality;
}

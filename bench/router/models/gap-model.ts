import { groupMeans } from '../../../src/learning/fitting/group-means.ts';
import type { HashedFeatures } from '../../../src/learning/features/hashed-features.ts';
import { laneScorer } from '../../../src/learning/models/lane-scorer.ts';
import {
  type LinearModel,
  linearModelBytes,
  quantise,
  scoreLinear,
} from '../../../src/learning/models/linear-model.ts';
import { fitRidge } from '../../../src/learning/fitting/ridge.ts';
import { fitSoftmax } from '../../../src/learning/fitting/softmax-regression.ts';
import { softmax } from '../../../src/learning/models/softmax.ts';
import { softened } from './softened-targets.ts';
import { rarityOf } from './rarity.ts';
import { hashPrompts } from '../../../src/learning/features/sparse-rows.ts';

/**
 * Predicts from a prompt what a strong model gains over a weak one: P(strong right) - P(weak right). That, not P(weak
 * wrong), is what the more expensive call buys: if both fail, it buys nothing.
 */
export type GapModel = {
  readonly words: LinearModel;
  readonly subjects?: SubjectGains;
  /** The weight of the subject relative to the words, which have weight one. */
  readonly subjectWeight: number;
};

/** Guesses the prompt's subject, and holds the strong model's gain in each. */
export type SubjectGains = { readonly guess: LinearModel; readonly gains: Float64Array };

/** Labelled prompts. Their subjects are known only during training. */
export type GapData = {
  readonly prompts: readonly string[];
  /** Strong minus weak, -1 to 1. */
  readonly gains: ArrayLike<number>;
  readonly groups: ArrayLike<number>;
  readonly groupCount: number;
  /**
   * 1 for a prompt that small models are known to miss, by other data; 0 for the rest. Used only by members that learn
   * from neighbours.
   */
  readonly hard?: ArrayLike<number>;
};

export type GapSettings = {
  /** The share of a row's own label in the target of the words; the rest is its subject's mean. */
  readonly own: number;
  readonly lambda: number;
  /** By how many rows a subject's mean is shrunk to the overall one. */
  readonly shrinkage: number;
  readonly subjectWeight: number;
  /** Whether rare words may have larger weights; otherwise every column is penalised equally. */
  readonly rarity: boolean;
};

/** The rows to learn from, the size limit, and settings, each of which gives a model. */
export type GapFit = {
  readonly index: readonly number[];
  readonly bytes: number;
  readonly settings: readonly GapSettings[];
};

/** Fits both halves into `bytes`. Each of the settings gives a model; the subjects are learned once. */
export function fitGaps(data: GapData, { index, bytes, settings }: GapFit): GapModel[] {
  const { gains, groups, groupCount } = data;
  const size = sizesWithin(bytes, groupCount);
  const rows = hashPrompts(data.prompts, size.wordBuckets);
  const meansAt = (strength: number) =>
    groupMeans({ index, groups, count: groupCount, values: gains, strength });
  const guess = size.subjectBuckets > 0 ? guessSubjects(data, index, size.subjectBuckets) : undefined;
  return settings.map(({ own, lambda, shrinkage, subjectWeight, rarity }) => {
    const means = meansAt(shrinkage);
    const targets = softened({ index, groups, values: gains, means, own });
    const scales = rarity ? { scales: rarityOf(rows, index) } : {};
    const words = quantise({ gain: fitRidge(rows, { index, targets, lambda, ...scales }) });
    return guess === undefined
      ? { words, subjectWeight: 0 }
      : { words, subjects: { guess, gains: means.means }, subjectWeight };
  });
}

/**
 * Returns a scorer of the predicted gain. It is meant for comparing prompts; as a difference of probabilities it is
 * only roughly scaled.
 */
export function gapScorer(model: GapModel): (features: HashedFeatures) => number {
  const { words, subjects, subjectWeight } = model;
  const gain = new Float64Array(1);
  const byWords = (features: HashedFeatures) => scoreLinear(words, features, gain)[0] ?? 0;
  if (subjects === undefined) return byWords;
  const { gains } = subjects;
  const guess = laneScorer(subjects.guess);
  const chances = new Float64Array(gains.length);
  return (features) => {
    softmax(guess(features, chances));
    let bySubject = 0;
    for (let group = 0; group < gains.length; group++)
      bySubject += (chances[group] ?? 0) * (gains[group] ?? 0);
    return (byWords(features) + subjectWeight * bySubject) / (1 + subjectWeight);
  };
}

/** Returns the size of the model's weights in bytes. */
export function gapModelBytes({ words, subjects }: GapModel): number {
  return (
    linearModelBytes(words) + (subjects ? linearModelBytes(subjects.guess) + subjects.gains.byteLength : 0)
  );
}

function guessSubjects(data: GapData, index: readonly number[], buckets: number): LinearModel {
  const rows = hashPrompts(data.prompts, buckets);
  const heads = fitSoftmax(rows, { index, labels: data.groups, classes: data.groupCount });
  return quantise(Object.fromEntries(heads.map((head, group) => [`${group}`, head])));
}

/**
 * Divides the bytes: a quarter of a small budget, at most half a MiB, goes to the words; the guess needs a weight per
 * subject in each of its buckets and gets the rest. One subject needs no guess.
 */
function sizesWithin(bytes: number, subjects: number): { wordBuckets: number; subjectBuckets: number } {
  const perOutput = 24;
  if (subjects < 2) return { wordBuckets: bytes - perOutput, subjectBuckets: 0 };
  const wordBuckets = bytes >= 1_048_576 ? bytes >> 1 : bytes >> 2;
  return {
    wordBuckets,
    subjectBuckets: Math.floor((bytes - wordBuckets - perOutput) / subjects) - perOutput,
  };
}

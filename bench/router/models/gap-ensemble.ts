import type { GapData } from './gap-model.ts';
import { groupMeans } from '../../../src/learning/fitting/group-means.ts';
import { type HashedFeatures, promptScanner } from '../../../src/learning/features/hashed-features.ts';
import { letterScanner } from './letter-features.ts';
import {
  type LinearModel,
  linearModelBytes,
  quantise,
  scoreLinear,
} from '../../../src/learning/models/linear-model.ts';
import { neighbourMeans } from './neighbour-means.ts';
import { rarityOf } from './rarity.ts';
import { fitRidge } from '../../../src/learning/fitting/ridge.ts';
import { type ShapeModel, shapeModelBytes, shapeScorer } from './shape-model.ts';
import { type ShapedGap, shapedGapBytes, shapedGapScorer } from './shaped-gap.ts';
import { hashPrompts, type SparseRows } from '../../../src/learning/features/sparse-rows.ts';

/**
 * Four models of one gap with different errors: one guesses the subject and learns from each row's own label, one of
 * words and one of runs of letters learn from neighbours, and one uses a prompt's shape and the rarity of its words,
 * but not the words. Their weighted scores are summed.
 */
export type GapEnsemble = SmoothedMembers & { readonly subjects: ShapedGap; readonly shape: ShapeModel };

/** The members that learn from a row's neighbours. */
export type SmoothedMembers = { readonly words: LinearModel; readonly letters: LinearModel };

/** The weight of each member's score. */
export type MemberWeights = Readonly<Record<keyof GapEnsemble, number>>;

/**
 * The parts of the members' targets: a row's own label, its subject's mean, and its neighbours' mean. They sum to one.
 */
const shares = { own: 0.3, subject: 0.4, neighbours: 0.3 };

/** The weight of small models missing a prompt: the answers of many models are more informative than one label. */
const hardness = 0.1;

/** By how many rows a subject's mean is shrunk to the overall one. */
const subjectShrinkage = 40;

const lambda = 1;

/**
 * Prompts as features of the two members: hashing takes longer than fitting, and need not be repeated for every fold.
 */
export type SmoothedRows = { readonly words: SparseRows; readonly letters: SparseRows };

/** Hashes prompts for members that take `bytes` together, half each. */
export function smoothedRows(prompts: readonly string[], bytes: number): SmoothedRows {
  // Room for a scale and a bias.
  const buckets = (bytes >> 1) - 16;
  return {
    words: hashPrompts(prompts, buckets),
    letters: hashPrompts(prompts, buckets, { scanner: letterScanner() }),
  };
}

/**
 * Fits the two members. They learn mostly from rows of the same subject and rows with similar features: a single label
 * is mostly luck.
 */
export function fitSmoothedMembers(
  data: GapData,
  { index, rows }: { readonly index: readonly number[]; readonly rows: SmoothedRows },
): SmoothedMembers {
  const { words, letters } = rows;
  const [wordScales, letterScales] = [rarityOf(words, index), rarityOf(letters, index)];
  const near = (rows: SparseRows, weights: Float64Array) =>
    neighbourMeans(rows, { index, values: data.gains, weights });
  const [byWords, byLetters] = [near(words, wordScales), near(letters, letterScales)];
  const { means } = groupMeans({
    index,
    groups: data.groups,
    count: data.groupCount,
    values: data.gains,
    strength: subjectShrinkage,
  });
  const targets = new Float64Array(data.prompts.length);
  for (const row of index) {
    targets[row] =
      shares.own * (data.gains[row] ?? 0) +
      shares.subject * (means[data.groups[row] ?? 0] ?? 0) +
      shares.neighbours * (((byWords[row] ?? 0) + (byLetters[row] ?? 0)) / 2) +
      hardness * (data.hard?.[row] ?? 0);
  }
  const head = (rows: SparseRows, scales: Float64Array) =>
    quantise({ gain: fitRidge(rows, { index, targets, lambda, scales, rounds: 20 }) });
  return { words: head(words, wordScales), letters: head(letters, letterScales) };
}

/** The unweighted scores of the members for a prompt. */
export type MemberScores = Readonly<Record<keyof GapEnsemble, number>>;

/** Returns a scorer of prompts for an ensemble; words and letters are scanned separately. */
export function memberScorer(members: GapEnsemble): (prompt: string) => MemberScores {
  const [byWord, byLetter] = [promptScanner(), letterScanner()];
  const [bySubject, byShape] = [shapedGapScorer(members.subjects), shapeScorer(members.shape)];
  const gain = new Float64Array(1);
  const linear = (model: LinearModel, features: HashedFeatures) => scoreLinear(model, features, gain)[0] ?? 0;
  return (prompt) => {
    const words = byWord.scan(prompt);
    return {
      subjects: bySubject(prompt, words),
      words: linear(members.words, words),
      letters: linear(members.letters, byLetter.scan(prompt)),
      shape: byShape(prompt),
    };
  };
}

/** Returns the ensemble's score: for comparing prompts, without a unit. */
export function weightedScore(weights: MemberWeights, scores: MemberScores): number {
  return (
    weights.subjects * scores.subjects +
    weights.words * scores.words +
    weights.letters * scores.letters +
    weights.shape * scores.shape
  );
}

/** Returns the size of the ensemble in bytes, including its four weights. */
export function gapEnsembleBytes({ subjects, words, letters, shape }: GapEnsemble): number {
  const linear = shapedGapBytes(subjects) + linearModelBytes(words) + linearModelBytes(letters);
  return linear + shapeModelBytes(shape) + 4 * 8;
}

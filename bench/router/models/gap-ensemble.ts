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
 * Four models of one gap that err in different places: one that guesses the subject and learns from each row's own label,
 * one of words and one of runs of letters that learn from their neighbours, and one that looks at a prompt's shape and how
 * rare its words are, never at which. Their scores are added up, each with its weight.
 */
export type GapEnsemble = SmoothedMembers & { readonly subjects: ShapedGap; readonly shape: ShapeModel };

/** The members that learn from a row's neighbours. */
export type SmoothedMembers = { readonly words: LinearModel; readonly letters: LinearModel };

/** What a unit of each member's score counts. */
export type MemberWeights = Readonly<Record<keyof GapEnsemble, number>>;

/** How much of a row's own label the members learn, how much of its subject, and of its neighbours: adds up to one. */
const shares = { own: 0.3, subject: 0.4, neighbours: 0.3 };

/** What it counts that small models miss a prompt: the answers of many say more of it than one label does. */
const hardness = 0.1;

/** By how many rows a subject's mean is pulled to the overall one. */
const subjectShrinkage = 40;

const lambda = 1;

/** Prompts as the two members see them: hashing takes longer than fitting, and need not be done for every fold. */
export type SmoothedRows = { readonly words: SparseRows; readonly letters: SparseRows };

/** Hashes prompts for members that take `bytes` together, half each. */
export function smoothedRows(prompts: readonly string[], bytes: number): SmoothedRows {
  // A scale and a bias beside the weights.
  const buckets = (bytes >> 1) - 16;
  return {
    words: hashPrompts(prompts, buckets),
    letters: hashPrompts(prompts, buckets, { scanner: letterScanner() }),
  };
}

/**
 * Fits the two members. They learn mostly what rows of the same subject and rows of like features show: an own label is
 * right or wrong once, and most of that is luck.
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

/** What each member says of a prompt, before it is weighted. */
export type MemberScores = Readonly<Record<keyof GapEnsemble, number>>;

/** Reads prompts for an ensemble: words and letters are scanned apart. */
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

/** The ensemble's score: good for comparing prompts, without a unit. */
export function weightedScore(weights: MemberWeights, scores: MemberScores): number {
  return (
    weights.subjects * scores.subjects +
    weights.words * scores.words +
    weights.letters * scores.letters +
    weights.shape * scores.shape
  );
}

/** What the ensemble takes, its four weights included, in bytes. */
export function gapEnsembleBytes({ subjects, words, letters, shape }: GapEnsemble): number {
  const linear = shapedGapBytes(subjects) + linearModelBytes(words) + linearModelBytes(letters);
  return linear + shapeModelBytes(shape) + 4 * 8;
}

import { softened } from './softened-targets.ts';
import { type BoostedTrees, fitTrees, scoreTrees, treeBytes, type TreeSettings } from './boosted-trees.ts';
import type { GapData } from './gap-model.ts';
import { groupMeans } from '../../../src/learning/fitting/group-means.ts';
import { shapeScanner, shapeWidth } from './prompt-shape.ts';
import { countWords, wordCountBytes, type WordCounts } from './word-rarity.ts';

/** Predicts the gap from a prompt's shape and the rarity of its words, without the words. */
export type ShapeModel = { readonly counts: WordCounts; readonly trees: BoostedTrees };

/** The size of a shape model. */
export type ShapeSize = {
  /** The number of word counts: a power of two. */
  readonly places: number;
  readonly trees: Pick<TreeSettings, 'copies' | 'rounds' | 'rate'>;
};

const growth = { leaves: 16, minRows: 40, shrinkage: 20, featureShare: 0.3 };

/** The share of a row's own label in the trees' target; the rest is its subject's mean. */
const own = 0.6;

/** By how many rows a subject's mean is shrunk to the overall one. */
const subjectShrinkage = 40;

/** Returns the maximum size of a shape model in bytes. */
export function maxShapeBytes({ places, trees }: ShapeSize): number {
  return 16 + places + trees.copies * trees.rounds * ((2 * growth.leaves - 1) * 7 + 2);
}

/** Fits the trees to the rows in `index`, whose subjects and gains are known. */
export function fitShape(
  data: GapData,
  { index, size }: { readonly index: readonly number[]; readonly size: ShapeSize },
): ShapeModel {
  const { prompts, gains, groups, groupCount } = data;
  const means = groupMeans({ index, groups, count: groupCount, values: gains, strength: subjectShrinkage });
  const targets = softened({ index, groups, values: gains, means, own });
  const counts = countWords(prompts, { index, places: size.places });
  const columns = Array.from({ length: shapeWidth }, () => new Float64Array(prompts.length));
  const scan = shapeScanner(counts, { own: true });
  for (const row of index) {
    const shape = scan(prompts[row] ?? '');
    for (let at = 0; at < shapeWidth; at++) columns[at]?.fill(shape[at] ?? 0, row, row + 1);
  }
  return { counts, trees: fitTrees(columns, { index, targets, settings: { ...growth, ...size.trees } }) };
}

/** Returns a scorer of the predicted gain of a prompt, for comparing prompts. */
export function shapeScorer({ counts, trees }: ShapeModel): (prompt: string) => number {
  const scan = shapeScanner(counts);
  return (prompt) => scoreTrees(trees, scan(prompt));
}

/** Returns the size of the model in bytes. */
export function shapeModelBytes({ counts, trees }: ShapeModel): number {
  return wordCountBytes(counts) + treeBytes(trees);
}

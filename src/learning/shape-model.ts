import { type BoostedTrees, fitTrees, scoreTrees, treeBytes, type TreeSettings } from './boosted-trees.ts';
import type { GapData } from './gap-model.ts';
import { groupMeans, softened } from './group-means.ts';
import { shapeOf } from './prompt-shape.ts';
import { countWords, wordCountBytes, type WordCounts } from './word-rarity.ts';

/** What a prompt's outward shape and the rarity of its words say of the gap, its words left aside. */
export type ShapeModel = { readonly counts: WordCounts; readonly trees: BoostedTrees };

const settings: TreeSettings = {
  copies: 2,
  rounds: 200,
  rate: 0.04,
  leaves: 16,
  leastRows: 40,
  shrinkage: 20,
  featureShare: 0.3,
};

/** How much of a row's own label the trees learn; the rest is its subject's mean. */
const own = 0.6;

/** By how many rows a subject's mean is pulled to the overall one. */
const subjectShrinkage = 40;

/** The most that `fitShape` takes, in bytes. */
export const shapeBytes = 160 * 1024;

/** Fits the trees to the rows in `index`, whose subjects and gains are known. */
export function fitShape(data: GapData, { index }: { readonly index: readonly number[] }): ShapeModel {
  const { prompts, gains, groups, groupCount } = data;
  const means = groupMeans({
    index,
    groups,
    count: groupCount,
    values: gains,
    strength: subjectShrinkage,
  });
  const targets = softened({ index, groups, values: gains, means, own });
  const counts = countWords(prompts, index);
  const shapes: Float64Array[] = [];
  for (const row of index) shapes[row] = shapeOf(prompts[row] ?? '', counts, { own: true });
  const width = shapes[index[0] ?? 0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, at) =>
    Float64Array.from(prompts, (_prompt, row) => shapes[row]?.[at] ?? 0),
  );
  return { counts, trees: fitTrees(columns, { index, targets, settings }) };
}

/** The predicted gain of a prompt, good for comparing. */
export function scoreShape({ counts, trees }: ShapeModel, prompt: string): number {
  return scoreTrees(trees, shapeOf(prompt, counts));
}

/** What the model takes, in bytes. */
export function shapeModelBytes({ counts, trees }: ShapeModel): number {
  return wordCountBytes(counts) + treeBytes(trees);
}

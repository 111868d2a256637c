import { fitGaps, type GapData, type GapFit, type GapModel, gapModelBytes, gapScorer } from './gap-model.ts';
import type { HashedFeatures } from '../../../src/learning/features/hashed-features.ts';
import { fitShape, maxShapeBytes, type ShapeModel, shapeModelBytes, shapeScorer } from './shape-model.ts';

/** A gap model of a prompt's words and, if there are enough labels, of its shape. */
export type ShapedGap = { readonly linear: GapModel; readonly shape?: ShapeModel };

/** With fewer labels, trees learn noise. */
export const shapeFromLabels = 1500;

/**
 * A third of 128 KiB: forty thousand bytes of trees and word counts are worth more than the same bytes of further
 * words.
 */
const size = { places: 8192, trees: { copies: 2, rounds: 70, rate: 0.06 } };

/** Fits both within `bytes`. Each of the settings gives a model; the shape is learned once. */
export function fitShapedGaps(data: GapData, fit: GapFit): ShapedGap[] {
  const { index, bytes, settings } = fit;
  if (index.length < shapeFromLabels) return fitGaps(data, fit).map((linear) => ({ linear }));
  const shape = fitShape(data, { index, size });
  return fitGaps(data, { index, bytes: bytes - maxShapeBytes(size), settings }).map((linear) => ({
    linear,
    shape,
  }));
}

/**
 * Returns a scorer of the predicted gain by the mean of both, for comparing prompts. `features` are those of the
 * prompt's words.
 */
export function shapedGapScorer({
  linear,
  shape,
}: ShapedGap): (prompt: string, features: HashedFeatures) => number {
  const byWords = gapScorer(linear);
  if (shape === undefined) return (_prompt, features) => byWords(features);
  const byShape = shapeScorer(shape);
  return (prompt, features) => (byWords(features) + byShape(prompt)) / 2;
}

/** Returns the size of the model in bytes. */
export function shapedGapBytes({ linear, shape }: ShapedGap): number {
  return gapModelBytes(linear) + (shape ? shapeModelBytes(shape) : 0);
}

import {
  fitSmoothedMembers,
  type GapEnsemble,
  gapEnsembleBytes,
  memberScorer,
  type MemberScores,
  type MemberWeights,
  smoothedRows,
  weightedScore,
} from './models/gap-ensemble.ts';
import type { GapData, GapSettings } from './models/gap-model.ts';
import { fitShape, maxShapeBytes } from './models/shape-model.ts';
import { fitShapedGaps } from './models/shaped-gap.ts';
import { foldsOf } from './folds.ts';

/** A fitted ensemble as a function of a prompt. */
export type FittedEnsemble = {
  readonly bytes: number;
  readonly weights: MemberWeights;
  score(prompt: string): number;
  /**
   * The scores of the ensemble, and of its small member alone, for each fitting row while that row's fold was held out.
   */
  readonly heldOut: { readonly ensemble: Float64Array; readonly small: Float64Array };
};

const mebibyte = 1024 * 1024;
const shapeSize = { places: 32_768, trees: { copies: 2, rounds: 200, rate: 0.04 } };

/**
 * Fits the small model, two larger ones that learn from neighbours and one of shapes, within one MiB. All count the
 * same: each score is divided by its spread over held-out rows. Weights found by cross-validation did no better than
 * chance, so there are none to choose.
 */
export function fitEnsemble(
  data: GapData,
  options: { readonly bytes: number; readonly settings: GapSettings },
): FittedEnsemble {
  const { bytes, settings } = options;
  const rows = smoothedRows(data.prompts, mebibyte - bytes - maxShapeBytes(shapeSize) - 32);
  const members = (index: readonly number[]): GapEnsemble => {
    const [subjects] = fitShapedGaps(data, { index, bytes, settings: [settings] });
    if (subjects === undefined) throw new Error('no settings, no model');
    return {
      subjects,
      ...fitSmoothedMembers(data, { index, rows }),
      shape: fitShape(data, { index, size: shapeSize }),
    };
  };
  const heldOut = heldOutScores(data, members);
  const weights = evenWeights(heldOut);
  const fitted = members([...data.prompts.keys()]);
  const score = memberScorer(fitted);
  return {
    bytes: gapEnsembleBytes(fitted),
    weights,
    score: (prompt) => weightedScore(weights, score(prompt)),
    heldOut: {
      ensemble: Float64Array.from(heldOut, (one) => weightedScore(weights, one)),
      small: Float64Array.from(heldOut, ({ subjects }) => subjects),
    },
  };
}

function heldOutScores(
  { prompts }: GapData,
  membersOf: (index: readonly number[]) => GapEnsemble,
): MemberScores[] {
  const scores: MemberScores[] = [];
  for (const { fit, judge } of foldsOf(prompts)) {
    const score = memberScorer(membersOf(fit));
    for (const row of judge) scores[row] = score(prompts[row] ?? '');
  }
  return scores;
}

function evenWeights(scores: readonly MemberScores[]): MemberWeights {
  return {
    subjects: 1 / spread(scores.map((one) => one.subjects)),
    words: 1 / spread(scores.map((one) => one.words)),
    letters: 1 / spread(scores.map((one) => one.letters)),
    shape: 1 / spread(scores.map((one) => one.shape)),
  };
}

/** Returns the standard deviation. */
function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
}

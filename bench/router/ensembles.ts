import {
  fitSmoothedMembers,
  type GapEnsemble,
  gapEnsembleBytes,
  memberScorer,
  type MemberScores,
  type MemberWeights,
  type SmoothedRows,
  smoothedRows,
  weightedScore,
} from '../../src/learning/gap-ensemble.ts';
import { fitGaps, type GapData, type GapSettings } from '../../src/learning/gap-model.ts';
import type { Fold } from './folds.ts';

/** An ensemble with what was chosen for it. */
export type ChosenEnsemble = { readonly settings: GapSettings; readonly weights: MemberWeights };

/** A fitted ensemble as a function of a prompt. */
export type FittedEnsemble = { readonly bytes: number; score(prompt: string): number };

/** Half of a MiB for the member of subjects, half for the other two and the three weights. */
const halfMebibyte = 512 * 1024;

/** With this much room, rare words have columns of their own and may be believed. */
const grid: readonly GapSettings[] = [1, 2].map((subjectWeight) => ({
  own: 0.75,
  lambda: 4,
  shrinkage: 40,
  subjectWeight,
  rarity: true,
}));

/** How much the other two members count beside the words, each score in units of its own spread. */
const relativeWeights = [0.5, 1].flatMap((subjects) => [0.5, 1].map((letters) => ({ subjects, letters })));

/** Tries every combination by cross-validation over `folds`, and returns the one that `value` likes best. */
export function chooseEnsemble(
  data: GapData,
  folds: readonly Fold[],
  value: (scores: Float64Array) => number,
): ChosenEnsemble {
  const rows = rowsOf(data);
  const heldOut = grid.map(() => new Map<number, MemberScores>());
  for (const { fit, judge } of folds) {
    for (const [at, members] of fitMembers(data, { index: fit, rows, settings: grid }).entries()) {
      const score = memberScorer(members);
      for (const row of judge) heldOut[at]?.set(row, score(data.prompts[row] ?? ''));
    }
  }
  const tried = grid.flatMap((settings, at) => {
    const scores = data.prompts.map((_, row) => heldOut[at]?.get(row) ?? none);
    return relativeWeights.map(({ subjects, letters }) => {
      const weights = {
        subjects: subjects / spread(scores.map((one) => one.subjects)),
        words: 1 / spread(scores.map((one) => one.words)),
        letters: letters / spread(scores.map((one) => one.letters)),
      };
      const total = Float64Array.from(scores, (one) => weightedScore(weights, one));
      return { settings, weights, value: value(total) };
    });
  });
  const [first, ...rest] = tried;
  if (first === undefined) throw new Error('nothing to choose from');
  return rest.reduce((best, one) => (one.value > best.value ? one : best), first);
}

/** Fits the chosen ensemble into one MiB. */
export function fitEnsemble(data: GapData, { settings, weights }: ChosenEnsemble): FittedEnsemble {
  const [members] = fitMembers(data, {
    index: [...data.prompts.keys()],
    rows: rowsOf(data),
    settings: [settings],
  });
  if (members === undefined) throw new Error('no settings, no ensemble');
  const score = memberScorer(members);
  return {
    bytes: gapEnsembleBytes(members),
    score: (prompt) => weightedScore(weights, score(prompt)),
  };
}

/** One ensemble per setting; they share what the settings do not touch. */
function fitMembers(
  data: GapData,
  options: {
    readonly index: readonly number[];
    readonly rows: SmoothedRows;
    readonly settings: readonly GapSettings[];
  },
): GapEnsemble[] {
  const { index, rows, settings } = options;
  const smoothed = fitSmoothedMembers(data, { index, rows });
  return fitGaps(data, { index, bytes: halfMebibyte, settings }).map((subjects) => ({
    ...smoothed,
    subjects,
  }));
}

function rowsOf({ prompts }: GapData): SmoothedRows {
  return smoothedRows(prompts, halfMebibyte - 24);
}

const none: MemberScores = { subjects: 0, words: 0, letters: 0 };

/** The standard deviation. */
function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
}

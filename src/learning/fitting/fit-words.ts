import { hash } from 'node:crypto';
import type { LabelledCall } from '../../core/stores/router-store.ts';
import { tierPrior } from '../../core/routing/success-prior.ts';
import { groupMeans } from './group-means.ts';
import { isSurelyPositive } from './is-surely-positive.ts';
import { guessedBase, likely } from '../outcomes/online-learner.ts';
import { unpackFeatures } from '../features/packed-features.ts';
import { boundedShift, type KindOffsets } from '../models/prompt-residual.ts';
import type { LinearHead } from '../models/linear-model.ts';
import { fitRidge, scoreHead } from './ridge.ts';
import { rowsOfFeatures, type SparseRows } from '../features/sparse-rows.ts';

/** What came of one model: its chances as the posterior alone gives them, and with what words add. */
export type FittedModel = {
  readonly model: string;
  /** Calls that people judged, as many as count. */
  readonly labels: number;
  /** Mean squared distance of the chance to what came true, each fifth judged by what the others taught. */
  readonly before: number;
  readonly after: number;
  readonly kept: 'words' | 'posterior';
};

/** Below this many judged calls of a model, words say less than the kind of task does. */
export const residualFromLabels = 1_500;

/**
 * Chosen on the training part of the bench's task mix, by what its fifths say of each other: a quarter of the size costs .002 of
 * squared error and three points of the price at which the best model's quality is kept, twice the size gains next to nothing.
 */
export const buckets = 16_384;
const lambda = 2.5;
const rounds = 20;
const folds = 5;

export type FittedWords = {
  /** Absent where the posterior does as well alone. */
  readonly head: LinearHead | undefined;
  readonly kinds: KindOffsets;
  readonly report: Omit<FittedModel, 'model'>;
  /** P(success) at a prompt, in a row of `rows`, by the fifths that it is not in. */
  readonly chanceAt: ChanceAt;
};

export type ChanceAt = (call: LabelledCall, rows: SparseRows, row: number) => number;

/** Words of one model: beside what is usual of it at a kind of work or in its place, whichever was nearer to what came true. */
export function fitWords(cases: readonly LabelledCall[]): FittedWords {
  const rows = rowsOf(cases);
  const [{ tier } = {}] = cases;
  const baseOf = ({ difficulty }: LabelledCall) => tierPrior(tier, difficulty);
  const surprise = Float64Array.from(cases, (call) => (call.score ?? 0) - baseOf(call));
  const table = { rows, surprise, tasks: tasksOf(cases) };
  const foldOf = cases.map(foldOfPrompt);
  const errorsOf = (chanceAt: ChanceAt) =>
    Float64Array.from(cases, (call, row) => (chanceAt(call, rows, row) - (call.score ?? 0)) ** 2);
  const tried = (['instead', 'beside'] as const).map((place) => {
    const fitted = Array.from({ length: folds }, (_, fold) =>
      fitRows(
        table,
        [...cases.keys()].filter((row) => foldOf[row] !== fold),
        place,
      ),
    );
    const fitOf = (call: LabelledCall) => fitted[foldOfPrompt(call)] ?? nothingFitted;
    const alone: ChanceAt = (call) => {
      const { usual, overall } = fitOf(call);
      return likely(baseOf(call) + (usual[call.task ?? ''] ?? overall));
    };
    const withWords: ChanceAt = (call, of, row) => {
      const { besideWords, overall, head } = fitOf(call);
      return likely(
        baseOf(call) + (besideWords[call.task ?? ''] ?? overall) + boundedShift(scoreHead(of, row, head)),
      );
    };
    const errors = errorsOf(withWords);
    return { place, alone, withWords, errors, error: meanOf(errors) };
  });
  const [best] = tried.toSorted((a, b) => a.error - b.error);
  if (!best) throw new Error('no place was tried');
  const before = errorsOf(best.alone);
  const isBetter =
    cases.length >= residualFromLabels &&
    everyWordOf(
      cases,
      before.map((error, row) => error - (best.errors[row] ?? 0)),
    );
  const whole = isBetter ? fitRows(table, [...cases.keys()], best.place) : undefined;
  return {
    head: whole?.head,
    kinds: whole ? offsetsOf(whole) : {},
    report: {
      labels: cases.length,
      before: meanOf(before),
      after: best.error,
      kept: isBetter ? 'words' : 'posterior',
    },
    chanceAt: isBetter ? best.withWords : best.alone,
  };
}

/** What takes the learner's own word on a kind of work back, where words stand in its place. */
function offsetsOf({ usual, besideWords, overall }: FittedRows): KindOffsets {
  return Object.fromEntries(
    Object.entries(usual)
      .map(([task, value]) => [task, (besideWords[task] ?? overall) - value] as const)
      .filter(([, offset]) => offset !== 0),
  );
}

const nothingFitted: FittedRows = {
  usual: {},
  besideWords: {},
  overall: 0,
  head: { weights: new Float64Array(buckets), bias: 0 },
};

/** By its words, so that one that comes every hour is in one fifth alone, whichever model is asked. */
function foldOfPrompt({ features }: LabelledCall): number {
  return hash('sha256', features, 'buffer').readUInt32BE(0) % folds;
}

/** Prompts as they were kept, to fit on and to score. */
export function rowsOf(calls: readonly LabelledCall[]): SparseRows {
  return rowsOfFeatures(
    calls.map(({ features }) => unpackFeatures(features)),
    buckets,
  );
}

type Table = {
  readonly rows: SparseRows;
  readonly surprise: Float64Array;
  readonly tasks: { readonly of: Int32Array; readonly names: readonly string[] };
};

/** Words add to what is usual at the kind of work, or stand in its place: where kinds are guesses, words know more of them. */
type Place = 'beside' | 'instead';

type FittedRows = {
  /** By the kind of work; others have what is usual over all. */
  readonly usual: Readonly<Record<string, number>>;
  /** What of it words add to. */
  readonly besideWords: Readonly<Record<string, number>>;
  readonly overall: number;
  readonly head: LinearHead;
};

function fitRows({ rows, surprise, tasks }: Table, index: readonly number[], place: Place): FittedRows {
  const { means, overall } = groupMeans({
    index,
    groups: tasks.of,
    count: tasks.names.length,
    values: surprise,
    strength: guessedBase.task,
  });
  // What nobody could name is no kind: there the learner goes by all that the model did.
  const usual = Object.fromEntries(
    tasks.names.map((task, at) => [task, task === '' ? overall : (means[at] ?? overall)]),
  );
  const besideWords = place === 'beside' ? usual : {};
  const targets = surprise.map(
    (value, row) => value - (besideWords[tasks.names[tasks.of[row] ?? 0] ?? ''] ?? overall),
  );
  return { usual, besideWords, overall, head: fitRidge(rows, { index, targets, lambda, rounds }) };
}

function tasksOf(cases: readonly LabelledCall[]): Table['tasks'] {
  const names = [...new Set(cases.map(({ task = '' }) => task))];
  return { of: Int32Array.from(cases, ({ task = '' }) => names.indexOf(task)), names };
}

/** By all keys together, and by all but any one that is not alone. */
function everyWordOf(cases: readonly LabelledCall[], gains: Float64Array): boolean {
  if (!isSurelyPositive(gains)) return false;
  const keys = new Set(cases.map(({ keyId }) => keyId));
  if (keys.size === 1) return true;
  return [...keys].every((key) => {
    const others = gains.filter((_, row) => cases[row]?.keyId !== key);
    return others.length < fewOthers || meanOf(others) > 0;
  });
}

/** So few calls of others contradict nobody. */
const fewOthers = 30;

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

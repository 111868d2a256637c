import { hash } from 'node:crypto';
import type { LabelledCall } from './labelled-call.ts';
import { tierPrior } from '../../core/routing/quality/success-prior.ts';
import { groupMeans } from './group-means.ts';
import { isSurelyPositive } from './is-surely-positive.ts';
import { likely } from '../models/log-odds.ts';
import { guessedBase } from '../outcomes/partial-pooling.ts';
import { unpackFeatures } from '../features/packed-features.ts';
import { boundedShift, type KindOffsets } from '../models/prompt-residual.ts';
import type { LinearHead } from '../models/linear-model.ts';
import { fitRidge, scoreHead } from './ridge.ts';
import { rowsOfFeatures, type SparseRows } from '../features/sparse-rows.ts';
import { meanOf } from '../../core/lists/mean-of.ts';

/** The result for one model: its chances by the posterior alone, and with words. */
export type FittedModel = {
  readonly model: string;
  /** The counted calls that people judged. */
  readonly labels: number;
  /** Mean squared error of the chance, with each fold predicted from the others. */
  readonly before: number;
  readonly after: number;
  readonly kept: 'words' | 'posterior';
};

/** With fewer judged calls of a model, words are worse predictors than the kind of task. */
export const residualFromLabels = 1_500;

/**
 * Chosen by cross-validation on the training part of the bench's task mix: a quarter of the size costs .002 of squared
 * error and three points of the price at which the best model's quality is kept; twice the size gains next to nothing.
 */
export const buckets = 16_384;
const lambda = 2.5;
const rounds = 20;
const folds = 5;

export type FittedWords = {
  /** Absent if the posterior alone does as well. */
  readonly head: LinearHead | undefined;
  readonly kinds: KindOffsets;
  readonly report: Omit<FittedModel, 'model'>;
  /** P(success) at a prompt, in a row of `rows`, from the folds that do not contain it. */
  readonly chanceAt: ChanceAt;
};

export type ChanceAt = (call: LabelledCall, rows: SparseRows, row: number) => number;

/**
 * Fits the words of one model, added to the usual score of its kind of work or replacing it, whichever predicts better.
 */
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

/** Offsets that cancel the learner's estimate for a kind of work, if words replace it. */
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

/**
 * Assigns folds by the prompt's words, so that a repeated prompt is always in the same fold, whichever model is asked.
 */
function foldOfPrompt({ features }: LabelledCall): number {
  return hash('sha256', features, 'buffer').readUInt32BE(0) % folds;
}

/** Builds rows from stored prompts, for fitting and scoring. */
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

/**
 * Whether words add to the usual score of the kind of work or replace it: if kinds are guesses, words are better
 * predictors.
 */
type Place = 'beside' | 'instead';

type FittedRows = {
  /** By kind of work; other kinds use the overall value. */
  readonly usual: Readonly<Record<string, number>>;
  /** The part of it that words add to. */
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
  // Calls of unknown kind are not a kind of their own: the learner uses the model's overall record for them.
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

/**
 * Whether the gains are significant over all keys, and positive with any one key left out, unless few calls remain. A
 * single key suffices.
 */
function everyWordOf(cases: readonly LabelledCall[], gains: Float64Array): boolean {
  if (!isSurelyPositive(gains)) return false;
  const keys = new Set(cases.map(({ keyId }) => keyId));
  if (keys.size === 1) return true;
  return [...keys].every((key) => {
    const others = gains.filter((_, row) => cases[row]?.keyId !== key);
    return others.length < fewOthers || meanOf(others) > 0;
  });
}

/** Fewer calls of other keys than this cannot contradict a key. */
const fewOthers = 30;

import { hash } from 'node:crypto';
import type { LabelledCall } from '../core/router-store.ts';
import { tierPrior } from '../core/success-prior.ts';
import { groupMeans } from './group-means.ts';
import { isSurelyPositive } from './is-surely-positive.ts';
import { headsOf, type LinearModel, quantise } from './linear-model.ts';
import { guessedBase, likely } from './online-learner.ts';
import { boundedTo } from './outcome-cell.ts';
import { unpackFeatures } from './packed-features.ts';
import { fitRidge, type LinearHead, scoreHead } from './ridge.ts';
import { rowsOfFeatures, type SparseRows } from './sparse-rows.ts';

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

export type FittedResidual = {
  /** Absent where no model has heads. */
  readonly model: LinearModel | undefined;
  readonly report: readonly FittedModel[];
};

/** Below this many judged calls of a model, words say less than the kind of task does. */
export const residualFromLabels = 1_500;

/** Chosen on the training part of the bench's task mix: half the penalty, or four times the size, gain next to nothing there. */
const buckets = 4_096;
const lambda = 8;
const rounds = 20;
const folds = 5;

/**
 * Fits for each model with enough labels how far what a prompt says moves its chance of success beside what its posterior
 * expects at that kind of work. Words stay where they do surely better on prompts that were held back, by the word of
 * all keys and, whichever key is left out, by that of the others. No key counts for more than all others together, or
 * than the labels that it takes. Models with too few labels keep what `present` says of them.
 */
export function fitResidual(calls: readonly LabelledCall[], present?: LinearModel): FittedResidual {
  const said = calls.filter(({ isSaid, score }) => isSaid === true && score !== undefined);
  const heads = new Map<string, LinearHead>(
    present && headsOf(present).map((head, at) => [present.outputs[at] ?? '', head]),
  );
  const report: FittedModel[] = [];
  for (const [model, own = []] of Object.entries(Object.groupBy(said, ({ model: id = '' }) => id))) {
    const cases = withoutLoudKeys(own);
    if (model === '' || cases.length < residualFromLabels) continue;
    const fitted = fitOne(cases);
    report.push({ model, ...fitted.report });
    if (fitted.head) heads.set(model, fitted.head);
    else heads.delete(model);
  }
  return { model: heads.size === 0 ? undefined : quantise(Object.fromEntries(heads)), report };
}

/** Each key's newest calls, as many as it may count for. */
function withoutLoudKeys(calls: readonly LabelledCall[]): readonly LabelledCall[] {
  const byKey = Object.values(Object.groupBy(calls, ({ keyId }) => keyId));
  return byKey.flatMap((own = []) => {
    const may = Math.max(residualFromLabels, boundedTo(own.length, calls.length) * own.length);
    return own.slice(-Math.floor(may));
  });
}

type Fitted = { readonly head: LinearHead | undefined; readonly report: Omit<FittedModel, 'model'> };

function fitOne(cases: readonly LabelledCall[]): Fitted {
  const rows = rowsOfFeatures(
    cases.map(({ features }) => unpackFeatures(features)),
    buckets,
  );
  const base = Float64Array.from(cases, ({ tier, difficulty }) => tierPrior(tier, difficulty));
  const surprise = Float64Array.from(cases, ({ score = 0 }, at) => score - (base[at] ?? 0));
  const table = { rows, surprise, tasks: tasksOf(cases) };
  const foldOf = cases.map(({ features }) => hash('sha256', features, 'buffer').readUInt32BE(0) % folds);
  const before = new Float64Array(cases.length);
  const after = new Float64Array(cases.length);
  for (let fold = 0; fold < folds; fold++) {
    const isJudged = (row: number) => foldOf[row] === fold;
    const { head, usual } = fitRows(
      table,
      [...cases.keys()].filter((row) => !isJudged(row)),
    );
    for (const [row, { score = 0 }] of cases.entries()) {
      if (!isJudged(row)) continue;
      const alone = (base[row] ?? 0) + usual(row);
      before[row] = (likely(alone) - score) ** 2;
      after[row] = (likely(alone + scoreHead(rows, row, head)) - score) ** 2;
    }
  }
  const gains = before.map((error, row) => error - (after[row] ?? 0));
  const isBetter = everyWordOf(cases, gains);
  return {
    head: isBetter ? fitRows(table, [...cases.keys()]).head : undefined,
    report: {
      labels: cases.length,
      before: meanOf(before),
      after: meanOf(after),
      kept: isBetter ? 'words' : 'posterior',
    },
  };
}

type Table = {
  readonly rows: SparseRows;
  readonly surprise: Float64Array;
  readonly tasks: { readonly of: Int32Array; readonly count: number };
};

/** What is usual of the model at each kind of work, and what words say beside that. */
function fitRows({ rows, surprise, tasks }: Table, index: readonly number[]) {
  const { means } = groupMeans({
    index,
    groups: tasks.of,
    count: tasks.count,
    values: surprise,
    strength: guessedBase.task,
  });
  const usual = (row: number) => means[tasks.of[row] ?? 0] ?? 0;
  const targets = surprise.map((value, row) => value - usual(row));
  return { usual, head: fitRidge(rows, { index, targets, lambda, rounds }) };
}

function tasksOf(cases: readonly LabelledCall[]): Table['tasks'] {
  const names = [...new Set(cases.map(({ task = '' }) => task))];
  return { of: Int32Array.from(cases, ({ task = '' }) => names.indexOf(task)), count: names.length };
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

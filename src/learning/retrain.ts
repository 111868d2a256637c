import type { LabelledCall } from '../core/router-store.ts';
import { headsOf, type LinearModel, quantise, scoreLinear } from './linear-model.ts';
import { unpackFeatures } from './packed-features.ts';
import { fitRidge, type LinearHead } from './ridge.ts';
import { fitSoftmax } from './softmax-regression.ts';
import { rowsOfFeatures, type SparseRows } from './sparse-rows.ts';
import type { TaskWeights } from './task-classifier.ts';

/** What came of one half: what it was held against, with the present and with the new weights, and which of them stay. */
export type Retrained = {
  readonly labels: number;
  readonly judged: number;
  readonly before: number;
  readonly after: number;
  readonly kept: 'new' | 'old';
};

export type RetrainReport = {
  readonly calls: number;
  /** Share of the tasks that callers named and the weights guess. */
  readonly task: Retrained;
  /** Mean squared distance between difficulty and what came true. */
  readonly difficulty: Retrained;
};

/** Fewer labels than this teach nothing that would hold elsewhere. */
const leastLabels = { task: 60, difficulty: 300 } as const;

/** Every fifth is held back: new weights are kept only where they do better there. */
const heldBack = 5;

/**
 * Fits task and difficulty anew on a house's own calls, beginning from `weights`: tasks by what callers named, difficulty
 * by how calls turned out, each against what its model usually does. A half that does not get better stays as it was.
 */
export function retrain(
  weights: TaskWeights,
  calls: readonly LabelledCall[],
): { readonly weights: TaskWeights; readonly report: RetrainReport } {
  const task = retrainTask(weights.task, calls);
  const difficulty = retrainDifficulty(weights.difficulty, calls);
  return {
    weights: { ...weights, task: task.model, difficulty: difficulty.model },
    report: { calls: calls.length, task: task.report, difficulty: difficulty.report },
  };
}

type Half = { readonly model: LinearModel; readonly report: Retrained };

type Case = { readonly features: Uint8Array; readonly label: number };

function retrainTask(present: LinearModel, calls: readonly LabelledCall[]): Half {
  const cases = calls.flatMap(({ task, features }): Case[] => {
    const label = present.outputs.indexOf(task ?? '');
    return label === -1 ? [] : [{ features, label }];
  });
  const share = (model: LinearModel, judged: readonly Case[]) =>
    mean(judged.map(({ features, label }) => Number(best(scored(model, features)) === label)));
  return fitAndJudge(present, cases, {
    least: leastLabels.task,
    fit(fitted) {
      const heads = fitSoftmax(rowsOf(fitted, present.buckets), {
        index: [...fitted.keys()],
        labels: fitted.map(({ label }) => label),
        classes: present.outputs.length,
        epochs: 6,
        step: 1,
        start: headsOf(present),
      });
      return named(present.outputs, heads);
    },
    judge: share,
    better: (before, after) => after > before,
  });
}

function retrainDifficulty(present: LinearModel, calls: readonly LabelledCall[]): Half {
  const scores = calls.filter(({ score }) => score !== undefined);
  const usual = usualScores(scores);
  const cases = scores.map(({ features, score = 0, model }): Case => {
    // A strong model's success says less of the prompt than a weak one's.
    const surprise = score - (usual.ofModel.get(model ?? '') ?? usual.overall);
    return { features, label: Math.min(1, Math.max(0, 1 - usual.overall - surprise)) };
  });
  const error = (model: LinearModel, judged: readonly Case[]) =>
    mean(judged.map(({ features, label }) => ((scored(model, features)[0] ?? 0) - label) ** 2));
  return fitAndJudge(present, cases, {
    least: leastLabels.difficulty,
    fit(fitted) {
      const targets = fitted.map(({ features, label }) => label - (scored(present, features)[0] ?? 0));
      const rows = rowsOf(fitted, present.buckets);
      const correction = fitRidge(rows, { index: [...fitted.keys()], targets, lambda: 10 });
      return named(
        present.outputs,
        headsOf(present).map((head) => sumOf(head, correction)),
      );
    },
    judge: error,
    better: (before, after) => after < before,
  });
}

type Fitting = {
  readonly least: number;
  readonly fit: (cases: readonly Case[]) => LinearModel;
  readonly judge: (model: LinearModel, cases: readonly Case[]) => number;
  readonly better: (before: number, after: number) => boolean;
};

function fitAndJudge(
  present: LinearModel,
  cases: readonly Case[],
  { least, fit, judge, better }: Fitting,
): Half {
  const judged = cases.filter((_, at) => at % heldBack === 0);
  const fitted = cases.filter((_, at) => at % heldBack !== 0);
  const counts = { labels: cases.length, judged: judged.length };
  const before = judge(present, judged);
  if (cases.length < least)
    return { model: present, report: { ...counts, before, after: before, kept: 'old' } };
  const model = fit(fitted);
  const after = judge(model, judged);
  return better(before, after)
    ? { model: fit(cases), report: { ...counts, before, after, kept: 'new' } }
    : { model: present, report: { ...counts, before, after, kept: 'old' } };
}

function usualScores(calls: readonly LabelledCall[]) {
  const ofModel = new Map(
    Object.entries(Object.groupBy(calls, ({ model = '' }) => model)).map(([model, group = []]) => [
      model,
      mean(group.map(({ score = 0 }) => score)),
    ]),
  );
  return { overall: mean(calls.map(({ score = 0 }) => score)), ofModel };
}

function rowsOf(cases: readonly Case[], buckets: number): SparseRows {
  return rowsOfFeatures(
    cases.map(({ features }) => unpackFeatures(features)),
    buckets,
  );
}

function scored(model: LinearModel, features: Uint8Array): Float64Array {
  return scoreLinear(model, unpackFeatures(features), new Float64Array(model.outputs.length));
}

function best(scores: Float64Array): number {
  return scores.indexOf(Math.max(...scores));
}

function named(outputs: readonly string[], heads: readonly LinearHead[]): LinearModel {
  return quantise(Object.fromEntries(outputs.map((name, at) => [name, heads[at] ?? emptyHead])));
}

const emptyHead: LinearHead = { weights: new Float64Array(0), bias: 0 };

function sumOf(one: LinearHead, other: LinearHead): LinearHead {
  return {
    weights: one.weights.map((weight, at) => weight + (other.weights[at] ?? 0)),
    bias: one.bias + other.bias,
  };
}

/** 0 of nothing. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

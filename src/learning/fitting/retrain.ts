import { hash } from 'node:crypto';
import { maxOf } from '../../core/lists/extremes.ts';
import type { LabelledCall } from './labelled-call.ts';
import { isSurelyPositive } from './is-surely-positive.ts';
import { headsOf, type LinearModel, quantise, scoreLinear } from '../models/linear-model.ts';
import { type KnownPrompt, type KnownPrompts, knownPrompts } from '../prompts/known-prompts.ts';
import { unpackFeatures } from '../features/packed-features.ts';
import type { LinearHead } from '../models/linear-model.ts';
import { fitRidge } from './ridge.ts';
import { fitSoftmax } from './softmax-regression.ts';
import { rowsOfFeatures, type SparseRows } from '../features/sparse-rows.ts';
import type { TaskWeights } from '../prompts/task-classifier.ts';
import { meanOf } from '../../core/lists/mean-of.ts';

/**
 * The result of one half (task or difficulty): its score on held-out cases with the present and the new weights, and
 * which of them are kept.
 */
export type Retrained = {
  readonly labels: number;
  readonly judged: number;
  readonly before: number;
  readonly after: number;
  readonly kept: 'new' | 'old';
  /**
   * Kinds of work that the new weights guess too much worse than the present ones, which is why the new weights were
   * rejected.
   */
  readonly forgotten?: readonly string[];
};

export type RetrainReport = {
  readonly calls: number;
  /** Share of the tasks named by callers that the weights guess right. */
  readonly task: Retrained;
  /** Mean squared error of the difficulty. */
  readonly difficulty: Retrained;
};

/** With fewer labels, nothing learned would generalise. */
const minLabels = { task: 60, difficulty: 300 } as const;

/**
 * One in five prompts is held back, selected by a hash of its words: a repeated prompt is not on both sides, and a
 * pipeline's rhythm does not decide which kinds of work remain for training. An installation with few distinct prompts
 * repeats just these; there the selection is by call.
 */
const heldBack = 5;
const fewPrompts = 30;

/**
 * An installation with calls of a few kinds only must not unlearn the others. So identical prompts count only a few
 * times, the labelled prompts are learned again, at least this often and at least as many as there are calls, and no
 * kind may lose more than this share of its known prompts.
 */
const copiesAtMost = 3;
const rehearsals = 4;
const mayForget = 0.1;

/**
 * Refits task and difficulty on an installation's own calls, starting from `weights`: tasks by what callers named,
 * difficulty by how calls turned out relative to their model's usual score. A half that does not improve stays as it
 * was; so do tasks if other kinds of work would be forgotten.
 */
export function retrain(
  weights: TaskWeights,
  calls: readonly LabelledCall[],
  known: KnownPrompts = knownPrompts(),
): { readonly weights: TaskWeights; readonly report: RetrainReport } {
  const task = retrainTask(weights.task, calls, known);
  const difficulty = retrainDifficulty(weights.difficulty, calls);
  return {
    weights: { ...weights, task: task.model, difficulty: difficulty.model },
    report: { calls: calls.length, task: task.report, difficulty: difficulty.report },
  };
}

type Half = { readonly model: LinearModel; readonly report: Retrained };

type Case = { readonly id: string; readonly features: Uint8Array; readonly label: number };

function retrainTask(present: LinearModel, calls: readonly LabelledCall[], known: KnownPrompts): Half {
  const labelled = ({ task, features }: KnownPrompt, id = ''): Case[] => {
    const label = present.outputs.indexOf(task);
    return label === -1 ? [] : [{ id, features, label }];
  };
  // Only tasks that callers named: guessed ones would teach the guesser its own mistakes.
  const cases = calls.flatMap(({ id, namedTask: task = '', features }) => labelled({ task, features }, id));
  const learned = known.learned.flatMap((one) => labelled(one));
  const all = [...learned, ...known.heldBack.flatMap((one) => labelled(one))];
  const isRight = (model: LinearModel, { features, label }: Case) =>
    Number(best(scored(model, features)) === label);
  const before = all.map((one) => isRight(present, one));
  return fitAndJudge(present, cases, {
    least: minLabels.task,
    fit(fitted) {
      const own = withFewCopies(fitted);
      const mixed = [...own, ...repeated(learned, own.length)];
      const heads = fitSoftmax(rowsOf(mixed, present.buckets), {
        index: [...mixed.keys()],
        labels: mixed.map(({ label }) => label),
        classes: present.outputs.length,
        epochs: 6,
        step: 1,
        start: headsOf(present),
      });
      return named(present.outputs, heads);
    },
    measure: isRight,
    sign: 1,
    forgets(model) {
      const lost = present.outputs.map(() => ({ net: 0, of: 0 }));
      for (const [at, one] of all.entries()) {
        const kind = lost[one.label];
        if (!kind) continue;
        kind.net += (before[at] ?? 0) - isRight(model, one);
        kind.of += 1;
      }
      return present.outputs.filter((_, at) => (lost[at]?.net ?? 0) > mayForget * (lost[at]?.of ?? 0));
    },
  });
}

function withFewCopies(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.filter(({ features, label }) => {
    const name = `${label} ${Buffer.from(features).toString('latin1')}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times <= copiesAtMost;
  });
}

/** Repeats all `cases` at least `rehearsals` times, and at least until there are `length`. */
function repeated(cases: readonly Case[], length: number): Case[] {
  const times = Math.max(rehearsals, Math.ceil(length / Math.max(1, cases.length)));
  return Array.from({ length: times }, () => cases).flat();
}

function retrainDifficulty(present: LinearModel, calls: readonly LabelledCall[]): Half {
  const scores = calls.filter(({ score }) => score !== undefined);
  const usual = usualScores(scores);
  const cases = scores.map(({ id, features, score = 0, model }): Case => {
    // A strong model's success reveals less about the prompt than a weak one's.
    const surprise = score - (usual.ofModel.get(model ?? '') ?? usual.overall);
    return { id, features, label: Math.min(1, Math.max(0, 1 - usual.overall - surprise)) };
  });
  return fitAndJudge(present, cases, {
    least: minLabels.difficulty,
    fit(fitted) {
      const targets = fitted.map(({ features, label }) => label - (scored(present, features)[0] ?? 0));
      const rows = rowsOf(fitted, present.buckets);
      const correction = fitRidge(rows, { index: [...fitted.keys()], targets, lambda: 10 });
      return named(
        present.outputs,
        headsOf(present).map((head) => sumOf(head, correction)),
      );
    },
    measure: (model, { features, label }) => ((scored(model, features)[0] ?? 0) - label) ** 2,
    sign: -1,
  });
}

type Fitting = {
  readonly least: number;
  readonly fit: (cases: readonly Case[]) => LinearModel;
  readonly measure: (model: LinearModel, one: Case) => number;
  /** -1 if less is better. */
  readonly sign: 1 | -1;
  /** The kinds that a model has forgotten compared with the present one. */
  readonly forgets?: (model: LinearModel) => readonly string[];
};

function fitAndJudge(
  present: LinearModel,
  cases: readonly Case[],
  { least, fit, measure, sign, forgets }: Fitting,
): Half {
  const { judged, fitted } = split(cases);
  const counts = { labels: cases.length, judged: judged.length };
  const measured = (model: LinearModel) => judged.map((one) => measure(model, one));
  const old = measured(present);
  const before = meanOf(old);
  if (cases.length < least)
    return { model: present, report: { ...counts, before, after: before, kept: 'old' } };
  const fresh = measured(fit(fitted));
  const after = meanOf(fresh);
  const gains = fresh.map((value, at) => sign * (value - (old[at] ?? 0)));
  const unchanged = { model: present, report: { ...counts, before, after, kept: 'old' as const } };
  if (!isSurelyPositive(gains)) return unchanged;
  const model = fit(cases);
  const forgotten = forgets?.(model) ?? [];
  if (forgotten.length > 0) return { ...unchanged, report: { ...unchanged.report, forgotten } };
  return { model, report: { ...counts, before, after, kept: 'new' } };
}

function split(cases: readonly Case[]): {
  readonly judged: readonly Case[];
  readonly fitted: readonly Case[];
} {
  const prompts = cases.map(({ features }) => hash('sha256', features, 'hex'));
  const few = new Set(prompts).size < fewPrompts;
  const names = few ? cases.map(({ id }) => hash('sha256', id, 'hex')) : prompts;
  const isHeldBack = (_: Case, at: number) =>
    Number.parseInt((names[at] ?? '').slice(0, 8), 16) % heldBack === 0;
  return { judged: cases.filter(isHeldBack), fitted: cases.filter((one, at) => !isHeldBack(one, at)) };
}

function usualScores(calls: readonly LabelledCall[]) {
  const ofModel = new Map(
    Object.entries(Object.groupBy(calls, ({ model = '' }) => model)).map(([model, group = []]) => [
      model,
      meanOf(group.map(({ score = 0 }) => score)),
    ]),
  );
  return { overall: meanOf(calls.map(({ score = 0 }) => score)), ofModel };
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
  return scores.indexOf(maxOf(scores));
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

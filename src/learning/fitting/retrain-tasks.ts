import { hash } from 'node:crypto';
import { maxOf } from '../../core/lists/extremes.ts';
import { meanOf } from '../../core/lists/mean-of.ts';
import { unpackFeatures } from '../features/packed-features.ts';
import { rowsOfFeatures, type SparseRows } from '../features/sparse-rows.ts';
import { headsOf, type LinearHead, type LinearModel, quantise, scoreLinear } from '../models/linear-model.ts';
import { type KnownPrompt, type KnownPrompts, knownPrompts } from '../prompts/known-prompts.ts';
import { isSurelyPositive } from './is-surely-positive.ts';
import type { LabelledCall } from './labelled-call.ts';
import { fitSoftmax } from './softmax-regression.ts';

/** The share of held-out prompts that the present and the new weights guess right, and which of them are kept. */
export type RetrainedTasks = {
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

/** With fewer labels, nothing learned would generalise. */
const minLabels = 60;

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
 * Refits the guesses of tasks on what an installation's own callers named, starting from the `present` weights. These
 * stay if the new ones are not surely better, or if other kinds of work would be forgotten.
 *
 * Difficulty is not refitted: priors, chances, words and the price of a success are all relative to its scale, and have
 * already learned from the same outcomes.
 */
export function retrainTasks(
  present: LinearModel,
  calls: readonly LabelledCall[],
  known: KnownPrompts = knownPrompts(),
): { readonly model: LinearModel; readonly report: RetrainedTasks } {
  const labelled = ({ task, features }: KnownPrompt, id = ''): Case[] => {
    const label = present.outputs.indexOf(task);
    return label === -1 ? [] : [{ id, features, label }];
  };
  // Only tasks that callers named: guessed ones would teach the guesser its own mistakes.
  const cases = calls.flatMap(({ id, namedTask: task = '', features }) => labelled({ task, features }, id));
  const learned = known.learned.flatMap((one) => labelled(one));
  const { judged, fitted } = split(cases);
  const old = judged.map((one) => isRight(present, one));
  const before = meanOf(old);
  const report = { labels: cases.length, judged: judged.length, before, after: before, kept: 'old' } as const;
  if (cases.length < minLabels) return { model: present, report };
  const tried = fit(present, fitted, learned);
  const fresh = judged.map((one) => isRight(tried, one));
  const compared = { ...report, after: meanOf(fresh) };
  if (!isSurelyPositive(fresh.map((right, at) => right - (old[at] ?? 0))))
    return { model: present, report: compared };
  const model = fit(present, cases, learned);
  const forgotten = forgottenBy(model, present, [
    ...learned,
    ...known.heldBack.flatMap((one) => labelled(one)),
  ]);
  if (forgotten.length > 0) return { model: present, report: { ...compared, forgotten } };
  return { model, report: { ...compared, kept: 'new' } };
}

type Case = { readonly id: string; readonly features: Uint8Array; readonly label: number };

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

function fit(present: LinearModel, cases: readonly Case[], learned: readonly Case[]): LinearModel {
  const own = withFewCopies(cases);
  const mixed = [...own, ...repeated(learned, own.length)];
  const heads = fitSoftmax(rowsOf(mixed, present.buckets), {
    index: [...mixed.keys()],
    labels: mixed.map(({ label }) => label),
    classes: present.outputs.length,
    epochs: 6,
    step: 1,
    start: headsOf(present),
  });
  return quantise(Object.fromEntries(present.outputs.map((name, at) => [name, heads[at] ?? emptyHead])));
}

const emptyHead: LinearHead = { weights: new Float64Array(0), bias: 0 };

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

function rowsOf(cases: readonly Case[], buckets: number): SparseRows {
  return rowsOfFeatures(
    cases.map(({ features }) => unpackFeatures(features)),
    buckets,
  );
}

function forgottenBy(model: LinearModel, present: LinearModel, known: readonly Case[]): string[] {
  const lost = present.outputs.map(() => ({ net: 0, of: 0 }));
  for (const one of known) {
    const kind = lost[one.label];
    if (!kind) continue;
    kind.net += isRight(present, one) - isRight(model, one);
    kind.of += 1;
  }
  return present.outputs.filter((_, at) => (lost[at]?.net ?? 0) > mayForget * (lost[at]?.of ?? 0));
}

/** 1 if the likeliest task is that of the case, otherwise 0. */
function isRight(model: LinearModel, { features, label }: Case): number {
  const scores = scoreLinear(model, unpackFeatures(features), new Float64Array(model.outputs.length));
  return Number(scores.indexOf(maxOf(scores)) === label);
}

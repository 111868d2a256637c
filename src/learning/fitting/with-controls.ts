import { tierPriorAt } from '../../core/routing/quality/success-prior.ts';
import type { LabelledCall } from './labelled-call.ts';
import { isTaskType } from '../../core/task.ts';

/**
 * Returns the calls, in order, with a score for controls: unrated answers of a key that only complains, which count as
 * good (see `controlsOf`). As in online learning, they make up for the key's complaints about the same model at the same
 * task, and lift no model above its prior: that nobody complained is no praise.
 */
export function withControls(calls: readonly LabelledCall[]): LabelledCall[] {
  const likeness = ({ keyId, model, task }: LabelledCall) => JSON.stringify([keyId, model, task]);
  const controls = Map.groupBy(
    calls.filter(({ isControl }) => isControl),
    likeness,
  );
  if (controls.size === 0) return [...calls];
  const ratings = Map.groupBy(
    calls.filter((call) => call.fromFeedback && controls.has(likeness(call))),
    likeness,
  );
  const scores = new Map([...controls].map(([key, own]) => [key, scoreOf(own, ratings.get(key) ?? [])]));
  return calls.map((call) => {
    const score = call.isControl ? scores.get(likeness(call)) : undefined;
    return score === undefined ? call : { ...call, score, fromFeedback: true };
  });
}

/** Returns what each control counts: up to 1, as long as the mean of all stays below the prior. */
function scoreOf(controls: readonly LabelledCall[], ratings: readonly LabelledCall[]): number | undefined {
  const missing = sumOf(ratings, (call) => priorOf(call) - (call.score ?? 0));
  if (missing <= 0) return undefined;
  return Math.min(1, (missing + sumOf(controls, priorOf)) / controls.length);
}

function sumOf(calls: readonly LabelledCall[], of: (call: LabelledCall) => number): number {
  return calls.reduce((sum, call) => sum + of(call), 0);
}

function priorOf({ tier, task, difficulty }: LabelledCall): number {
  return tierPriorAt(tier, isTaskType(task) ? task : undefined, difficulty);
}

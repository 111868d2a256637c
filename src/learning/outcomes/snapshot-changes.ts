import { isDeepStrictEqual } from 'node:util';
import type { PriorParts } from '../../core/routing/quality/success-prior.ts';
import type { Ms } from '../../core/units.ts';
import type { CellKey } from '../models/cell-store.ts';
import type { RouterHistory } from './router-history.ts';

/** A model's chances in one version and in another. */
export type QualityChange = {
  readonly model: string;
  readonly task?: string;
  readonly tag?: string;
  /** How the learned words of this model changed; `before` and `after` exclude them. */
  readonly words?: 'learned' | 'learned anew' | 'forgotten';
  readonly before: number;
  readonly after: number;
};

/** What is known of a model's chance at a task before anything is learned: see `priorParts`. */
export type PriorOf = (model: string, task: string | undefined) => PriorParts;

const maxChanges = 50;

type Learned = Pick<RouterHistory, 'state' | 'residual'>;

/**
 * Returns changes: first models with changed words, then the greatest changes of chances. Both versions are read at the
 * time `at`, so that what merely faded is no change.
 */
export function snapshotChanges({
  before: a,
  after: b,
  priorOf,
  at,
}: {
  readonly before: Learned;
  readonly after: Learned;
  readonly priorOf: PriorOf;
  readonly at: Ms;
}): QualityChange[] {
  const words = wordChanges(a, b);
  const keys = new Map<string, CellKey>();
  for (const { state } of [a, b])
    for (const key of state.learner.cellKeys())
      for (const one of [key, { model: key.model }]) keys.set(Object.values(one).join('\n'), one);
  for (const model of words.keys()) keys.set(model, { model });
  return [...keys.values()]
    .map(({ model, task, tag }): QualityChange => {
      const subject = { model, at, ...priorOf(model, task), ...(task && { task }), ...(tag && { tag }) };
      const become = task === undefined && tag === undefined ? words.get(model) : undefined;
      return {
        model,
        ...(task && { task }),
        ...(tag && { tag }),
        ...(become && { words: become }),
        before: a.state.learner.estimate(subject).mean,
        after: b.state.learner.estimate(subject).mean,
      };
    })
    .filter(({ before, after, words: become }) => become || Math.abs(after - before) > 0.001)
    .sort(
      (x, y) =>
        Number(y.words !== undefined) - Number(x.words !== undefined) ||
        Math.abs(y.after - y.before) - Math.abs(x.after - x.before),
    )
    .slice(0, maxChanges);
}

function wordChanges(
  { residual: a }: Learned,
  { residual: b }: Learned,
): Map<string, QualityChange['words']> {
  const changes = new Map<string, QualityChange['words']>();
  const isSame = isDeepStrictEqual(a?.file, b?.file);
  for (const model of a?.places.keys() ?? []) if (!b?.places.has(model)) changes.set(model, 'forgotten');
  for (const model of b?.places.keys() ?? []) {
    if (!a?.places.has(model)) changes.set(model, 'learned');
    else if (!isSame) changes.set(model, 'learned anew');
  }
  return changes;
}

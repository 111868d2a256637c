import type { LabelledCall } from '../../core/stores/router-store.ts';
import { taskTypes, type TaskType } from '../../core/task.ts';
import type { Tokens } from '../../core/units.ts';
import type { UsualAnswers } from '../models/success-worths.ts';

/** Returns the average answer length of these calls, per kind of work and overall. */
export function usualAnswers(calls: readonly LabelledCall[]): UsualAnswers {
  const byTask = Object.groupBy(calls, ({ task = '' }) => task);
  const at: Partial<Record<TaskType, Tokens>> = {};
  for (const task of taskTypes) {
    const own = byTask[task];
    if (own) at[task] = meanAnswer(own);
  }
  return { any: meanAnswer(calls), at };
}

function meanAnswer(calls: readonly LabelledCall[]): Tokens {
  return Math.round(calls.reduce((sum, { tokens }) => sum + tokens.output, 0) / Math.max(1, calls.length));
}

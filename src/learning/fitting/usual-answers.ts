import { recordedAnswerLengths } from '../../core/money/answer-lengths.ts';
import type { LabelledCall } from './labelled-call.ts';
import { isTaskType, taskTypes, type TaskType } from '../../core/task.ts';
import type { Tokens } from '../../core/units.ts';
import type { UsualAnswers } from '../models/success-worths.ts';

/**
 * Returns the average answer length of these calls, those without cut answers, per kind of work and overall, and what is expected of each model: its
 * own average, shrunk as in `AnswerLengths`.
 */
export function usualAnswers(given: readonly LabelledCall[]): UsualAnswers {
  const calls = given.filter(({ isCut }) => !isCut);
  const lengths = recordedAnswerLengths();
  for (const { model, task, tokens } of calls)
    if (model !== undefined) lengths.remember(isTaskType(task) ? task : undefined, model, tokens.output);
  const byTask = Object.groupBy(calls, ({ task = '' }) => task);
  const judged = taskTypes.filter((task) => byTask[task]);
  const any = meanAnswer(calls);
  const models = new Set(calls.flatMap(({ model }) => model ?? []));
  const lengthsOf = (model: string) => ({
    any: Math.round(any * lengths.ratioOf(model)),
    at: atEach(judged, (task) => Math.round(lengths.at(task, Infinity).of(model))),
  });
  return {
    any,
    at: atEach(judged, (task) => meanAnswer(byTask[task] ?? [])),
    of: Object.fromEntries([...models].map((model) => [model, lengthsOf(model)])),
  };
}

function atEach(tasks: readonly TaskType[], lengthAt: (task: TaskType) => Tokens): UsualAnswers['at'] {
  const at: Partial<Record<TaskType, Tokens>> = {};
  for (const task of tasks) at[task] = lengthAt(task);
  return at;
}

function meanAnswer(calls: readonly LabelledCall[]): Tokens {
  return Math.round(calls.reduce((sum, { tokens }) => sum + tokens.output, 0) / Math.max(1, calls.length));
}

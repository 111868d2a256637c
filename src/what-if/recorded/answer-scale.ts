import { recordedAnswerLengths, type AnswerLengths } from '../../core/money/answer-lengths.ts';
import { completionTokens, type Usage } from '../../core/money/usage.ts';
import { isTaskType } from '../../core/task.ts';
import type { Tokens } from '../../core/units.ts';
import { reachedLimit } from '../../core/wire/reached-limit.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import type { World } from '../world/world.ts';

type Answered = Partial<Pick<PaidCall, 'model' | 'task'>>;

/**
 * Returns how many times as long as the recorded answer that of another model is expected to be: the ratio of both
 * models' usual lengths at this kind of work. This assumes that the recorded answer is as long for its model as theirs
 * would be for them.
 */
export function answerScale(
  { model: given, task }: Answered,
  { answerLengths }: Pick<World, 'answerLengths'>,
): (model: string) => number {
  const usual = answerLengths.at(isTaskType(task) ? task : undefined, Infinity);
  return (model) => (given === undefined ? 1 : usual.of(model) / usual.of(given));
}

/** Returns how long the answers of these calls were. */
export function recordedLengths(calls: readonly PaidCall[]): AnswerLengths {
  const lengths = recordedAnswerLengths();
  for (const { model, task, usage, decision, finishReason } of calls) {
    // A cut answer says nothing about its length, and an embedding is no answer.
    if (reachedLimit(finishReason) || completionTokens(usage) === 0) continue;
    const tokens = completionTokens(usage) / (decision?.wishes?.answers ?? 1);
    lengths.remember(isTaskType(task) ? task : undefined, model, tokens);
  }
  return lengths;
}

/** Returns the usage of a call if its answer is that many times as long, up to a maximum. */
export function withAnswer(usage: Usage, scale: number, most: Tokens): Usage {
  const factor = Math.min(scale, most / completionTokens(usage));
  if (factor === 1 || completionTokens(usage) === 0) return usage;
  return {
    ...usage,
    output: Math.round(factor * usage.output),
    reasoning: Math.round(factor * usage.reasoning),
  };
}

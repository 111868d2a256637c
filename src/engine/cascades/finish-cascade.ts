import type { StartedAttempt } from '../attempts/start-attempt.ts';
import { askLast, type LastAnswer } from './ask-last.ts';
import { answersOf, type Cascade, type CascadeStep } from './cascade-step.ts';
import { finalAnswer, type LastStep } from './final-answer.ts';
import { giveLast, giveWhole } from './give-answer.ts';
import { childAnswer, type ChildAnswer } from './step-call.ts';
import type { CascadeServices } from './cascade-services.ts';
import type { Clock } from '../services.ts';

/**
 * Asks the last step and gives its answer, or the best of the rejected ones with a warning.
 * @throws ConclaveError of the last step, if no answer is usable.
 */
export async function finishCascade(
  engine: CascadeServices,
  cascade: Cascade,
  step: CascadeStep,
): Promise<StartedAttempt> {
  const { route, record } = cascade;
  const usable = bestAnswer(cascade);
  const latest = answersOf(cascade).at(-1);
  const last = await askLast(engine, cascade, { step, isReplaceable: usable !== undefined });
  const final = finalAnswer(last, { usable, latest });
  switch (final.kind) {
    case 'none':
      throw final.error;
    case 'last':
      return giveLast(engine, cascade, { step, last: final.answer });
    case 'earlier':
      passOver(engine, step, last);
      if (route.call.check) record.checkPassed = false;
      record.warnings.push(
        `${final.answer.model.id} answers although its answer was not good enough, because ${final.because}`,
      );
      return giveWhole(engine, record, final.answer);
  }
}

/** The most probable answer of the earlier steps, none of which was accepted; `undefined` if none can be used. */
function bestAnswer({ steps }: Cascade): ChildAnswer | undefined {
  const [best] = steps
    .filter(({ probability }) => probability > 0)
    .toSorted((a, b) => b.probability - a.probability);
  return best?.leader;
}

/** Records why the last step's answer is not given. */
function passOver(clock: Clock, step: CascadeStep, last: LastStep<LastAnswer>): void {
  if (last.kind === 'failed') step.fail([last.error]);
  if (last.kind !== 'answered' || !last.flaw) return;
  step.withdraw(last.flaw);
  const { candidate, head, read } = last.answer;
  if ('reply' in read) step.answers.push(childAnswer(clock, step, { ...read, candidate, head }));
}

import type { AcceptanceQuestion, StepAnswer } from '../core/routing/acceptance/acceptance.ts';
import { comparableAnswer, isSameAnswer } from './comparable-answer.ts';
import { leavesNoChoice } from '../core/routing/acceptance/leaves-no-choice.ts';
import type { Sign } from './sign.ts';

/**
 * Compares the answers: agreement across families counts most, that of further samples of one model (self-consistency)
 * least. The leader is the first answer of the step that most answers agree with. Answers for which `isOut` is true are
 * known to be no answers, and are ignored.
 */
export function agreement(
  { answers, request }: Pick<AcceptanceQuestion, 'answers' | 'request'>,
  isOut: (answer: StepAnswer) => boolean,
): {
  readonly signs: readonly Sign[];
  readonly leader: number;
} {
  const out = answers.map(isOut);
  const keys = answers.map(({ reply }, at) => (out[at] ? undefined : comparableAnswer(reply, request)));
  const step = answers.at(-1)?.step ?? 0;
  const leader = leaderOf(answers, step, (at) =>
    out[at] ? -1 : keys.filter((key) => isSameAnswer(key, keys[at])).length,
  );
  const led = answers[leader];
  const key = keys[leader];
  if (!led || key === undefined) return { signs: [], leader };
  const signs = answers.flatMap((other, at): Sign[] => {
    const agrees = at === leader ? undefined : isSameAnswer(key, keys[at]);
    if (agrees === undefined) return [];
    const relation = relationOf(led, other);
    // With deterministic sampling a model repeats itself, right or wrong.
    if (relation === 'sample' && leavesNoChoice(request)) return [];
    return [
      {
        signal: relation === 'sample' ? 'self-consistency' : 'agreement',
        says: `${relation === 'sample' ? 'another sample' : other.model.id} ${agrees ? 'says the same' : 'says otherwise'}`,
        worth: `${relation}${agrees ? 'Agrees' : 'Differs'}`,
      },
    ];
  });
  return { signs, leader };
}

function relationOf({ model: a }: StepAnswer, { model: b }: StepAnswer): 'sample' | 'relative' | 'stranger' {
  if (a.id === b.id) return 'sample';
  return a.family === b.family ? 'relative' : 'stranger';
}

/** Returns the place of the step's answer that most answers agree with; the first of equals. */
function leaderOf(answers: readonly StepAnswer[], step: number, votes: (at: number) => number): number {
  return answers.reduce(
    (best, answer, at) => (answer.step === step && (best === -1 || votes(at) > votes(best)) ? at : best),
    -1,
  );
}

import type { AcceptanceQuestion, Evidence, StepAnswer } from '../core/acceptance.ts';
import { successPrior } from '../core/success-prior.ts';
import { answerOf } from './answer-of.ts';

/** Wrong answers spread over about this many; two that are wrong alike are rarer the more there are. */
const waysToBeWrong = 6;
/** What a second answer of the same model, or of its family, counts: they err together. */
const ofOneFamily = 0.5;

/**
 * Whether answers say the same: those of other families count in full, further samples of one model (self-consistency)
 * and its relatives by half. The first answer that says what most say leads.
 */
export function agreement({ answers, request, features }: AcceptanceQuestion): {
  readonly evidence: readonly Evidence[];
  readonly leader: number;
} {
  const keys = answers.map(({ reply }) => answerOf(reply, request));
  const step = answers.at(-1)?.step ?? 0;
  const leader = leaderOf(answers, keys, step);
  const led = answers[leader];
  const key = keys[leader];
  if (!led || key === undefined) return { evidence: [], leader };
  const evidence = answers.flatMap((other, at): Evidence[] => {
    if (at === leader || keys[at] === undefined) return [];
    const right =
      features.quality?.of(other.model) ?? successPrior(other.model, features.task, features.difficulty);
    const agrees = keys[at] === key;
    const related = other.model.family === led.model.family;
    const logOdds = (related ? ofOneFamily : 1) * (agrees ? agreeing(right) : disagreeing(right));
    const same = other.model.id === led.model.id;
    return [
      {
        signal: same ? 'self-consistency' : 'agreement',
        says: `${same ? 'another sample' : other.model.id} ${agrees ? 'says the same' : 'says otherwise'}`,
        logOdds,
      },
    ];
  });
  return { evidence, leader };
}

/** How much likelier it is that another agrees when an answer is right than when it is wrong. */
function agreeing(otherRight: number): number {
  return Math.log((waysToBeWrong * otherRight) / (1 - otherRight));
}

function disagreeing(otherRight: number): number {
  return Math.log((1 - otherRight) / (1 - (1 - otherRight) / waysToBeWrong));
}

/** Of the step's answers the one whose words most answers share; the first of equals. */
function leaderOf(
  answers: readonly StepAnswer[],
  keys: readonly (string | undefined)[],
  step: number,
): number {
  const votes = (at: number) => keys.filter((key) => key !== undefined && key === keys[at]).length;
  return answers.reduce(
    (best, answer, at) => (answer.step === step && (best === -1 || votes(at) > votes(best)) ? at : best),
    -1,
  );
}

import type { AcceptanceQuestion, Evidence, StepAnswer } from '../core/acceptance.ts';
import { answerOf } from './answer-of.ts';

/**
 * By how much the odds of an answer being right grow when another model says the same, and shrink when it says otherwise.
 * Medians over 3,800 pairs of models on four sets of real answers: `node bench/router/agreement-odds.ts --data DIR`.
 */
const odds = {
  stranger: { agrees: 4.6, differs: 0.24 },
  /** A model of the same family errs along with it a little more. */
  relative: { agrees: 3.6, differs: 0.2 },
} as const;
/** What one more sample of the same model counts beside a relative. Not measured: the data have one answer per model. */
const sample = 0.5;

/**
 * Whether answers say the same: those of other families count most, further samples of one model (self-consistency)
 * least. The first answer that says what most say leads.
 */
export function agreement({ answers, request }: AcceptanceQuestion): {
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
    const agrees = keys[at] === key;
    const same = other.model.id === led.model.id;
    const { agrees: more, differs: less } =
      odds[other.model.family === led.model.family ? 'relative' : 'stranger'];
    return [
      {
        signal: same ? 'self-consistency' : 'agreement',
        says: `${same ? 'another sample' : other.model.id} ${agrees ? 'says the same' : 'says otherwise'}`,
        logOdds: (same ? sample : 1) * Math.log(agrees ? more : less),
      },
    ];
  });
  return { evidence, leader };
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

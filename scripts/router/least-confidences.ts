import type { Classification } from '../../src/core/routing/classification.ts';
import { type TaskType, taskTypes } from '../../src/core/task.ts';
import type { TaskWeights } from '../../src/learning/prompts/task-classifier.ts';
import { placements } from '../../src/policies/tiered.ts';

/** A guess that was made however unsure it is, and what is true. */
export type Guessed = { readonly task: TaskType; readonly guess: Classification };

/** How many of a hundred guesses shall be right. */
const rightShare = 0.85;
/** To be sent to the dearest models for nothing is as bad as so many who were not sent there. */
const perWrong = 2;

const levels = Array.from({ length: 17 }, (_, at) => Math.round(at * 5) / 100);

/**
 * How sure a guess must be to be one: so that it is right as a rule, and of kinds that go to the dearest models whatever they cost
 * so that those who are sent there for nothing and those who are missed do the least harm, but at least as sure as the rest.
 */
export function leastConfidences(
  guesses: readonly Guessed[],
): Pick<TaskWeights, 'leastConfidence'> & Required<Pick<TaskWeights, 'leastConfidenceOf'>> {
  const leastConfidence = levels.find((level) => {
    const made = guesses.filter(({ guess }) => guess.confidence >= level);
    return made.filter(({ task, guess }) => guess.task === task).length >= rightShare * made.length;
  });
  const usual = leastConfidence ?? 0.8;
  const dear = levels
    .filter((level) => level >= usual)
    .reduce((best, level) => (harmAt(guesses, level) < harmAt(guesses, best) ? level : best));
  return {
    leastConfidence: usual,
    leastConfidenceOf: Object.fromEntries(taskTypes.filter(isDear).map((task) => [task, dear])),
  };
}

function harmAt(guesses: readonly Guessed[], level: number): number {
  return guesses.reduce((harm, { task, guess }) => {
    const isSent = isDear(guess.task) && guess.confidence >= level;
    if (isSent === isDear(task)) return harm;
    return harm + (isSent ? perWrong : 1);
  }, 0);
}

function isDear(task: TaskType | undefined): boolean {
  return task !== undefined && placements[task].tier === 'frontier';
}

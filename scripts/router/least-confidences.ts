import type { Classification } from '../../src/core/routing/request/classification.ts';
import { type TaskType, taskTypes } from '../../src/core/task.ts';
import type { TaskWeights } from '../../src/learning/prompts/task-classifier.ts';
import { placements } from '../../src/policies/tiered.ts';

/** A guess at any confidence, and the true task. */
export type Guessed = { readonly task: TaskType; readonly guess: Classification };

/** The share of guesses that must be right. */
const rightShare = 0.85;
/**
 * One call sent to the most expensive models unnecessarily is as bad as this many that should have gone there and did not.
 */
const perWrong = 2;

const levels = Array.from({ length: 17 }, (_, at) => Math.round(at * 5) / 100);

/**
 * Returns the confidence that a guess needs to be used: high enough that most used guesses are right. Tasks that always
 * go to the most expensive models have a threshold of their own, at least as high, that minimises the harm of calls
 * sent there in vain and of calls missed.
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

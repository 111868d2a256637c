import type { TaskType } from '../../core/task.ts';
import type { Tokens } from '../../core/units.ts';

/**
 * How long answers are at each kind of work. A policy that took every answer for as long as it may get would pay for eight
 * thousand tokens where "fine, thanks" comes back: models of a high price would look twenty times dearer than they are.
 */
export interface AnswerLengths {
  of(task: TaskType | undefined): Tokens;
  /** Notes what an answer took, thoughts included. */
  remember(task: TaskType | undefined, tokens: Tokens): void;
}

/** Before any answer was seen. Our own judgement, not measured. */
const usual: Readonly<Record<TaskType, Tokens>> = {
  classification: 30,
  'function-calling': 100,
  extraction: 200,
  'structured-output': 250,
  'qa-from-context': 250,
  vision: 300,
  summarisation: 300,
  translation: 400,
  chat: 400,
  formatting: 500,
  'long-context': 500,
  math: 600,
  creative: 700,
  documentation: 800,
  'code-review': 800,
  'api-integration': 800,
  'code-generation': 1_000,
  debugging: 1_000,
  'security-review': 1_000,
  architecture: 1_500,
  refactoring: 1_500,
  'test-writing': 1_500,
};

/** As how many answers the guess counts, and about how many of the latest are remembered. */
const guessWeight = 10;
const memory = 200;

/** What this process has seen. It starts anew with the guesses. */
export function answerLengths(): AnswerLengths {
  const seen = new Map<TaskType, { mean: number; weight: number }>();
  return {
    of: (task = 'chat') => Math.round(seen.get(task)?.mean ?? usual[task]),
    remember(task = 'chat', tokens) {
      const known = seen.get(task) ?? { mean: usual[task], weight: guessWeight };
      const weight = Math.min(memory, known.weight + 1);
      seen.set(task, { mean: known.mean + (tokens - known.mean) / weight, weight });
    },
  };
}

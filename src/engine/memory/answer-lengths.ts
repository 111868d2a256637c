import type { TaskType } from '../../core/task.ts';
import type { Tokens } from '../../core/units.ts';

/**
 * How long answers are for each kind of work. A policy that assumed the maximum length for every answer would count
 * eight thousand tokens for "fine, thanks": models with expensive output would look twenty times as expensive as they
 * are.
 */
export interface AnswerLengths {
  of(task: TaskType | undefined): Tokens;
  /** Records the tokens of an answer, reasoning included. */
  remember(task: TaskType | undefined, tokens: Tokens): void;
}

/** Estimates before any answer was seen; chosen by judgement, not measured. */
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

/** How many answers the estimate counts as, and about how many recent answers are remembered. */
const guessWeight = 10;
const memory = 200;

/** What this process has seen. It starts with the estimates. */
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

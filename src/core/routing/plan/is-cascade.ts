import type { Plan } from './plan.ts';

/** Whether a plan asks step by step, each step in a child call, until an answer is good enough. */
export function isCascade({ steps }: Plan): boolean {
  return steps.some(({ acceptance }) => acceptance !== undefined);
}

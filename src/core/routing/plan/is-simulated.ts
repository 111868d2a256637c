import type { Plan } from './plan.ts';

/** Whether only simulated models are in a plan. */
export function isSimulated({ steps }: Plan): boolean {
  return steps.every(({ candidates }) => candidates.every(({ deployment }) => deployment.simulated));
}

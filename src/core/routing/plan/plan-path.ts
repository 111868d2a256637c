import type { Plan } from './plan.ts';

/** Returns the first model of each step of a plan, as text for reasons. */
export function planPath({ steps }: Pick<Plan, 'steps'>): string {
  return steps.map(({ candidates: [first] }) => first?.model.id).join(', then ');
}

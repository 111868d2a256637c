import type { Plan } from './plan.ts';

/** Returns the first model of each step of a plan, as text for reasons. A model that has answered is not asked again. */
export function planPath({ steps }: Pick<Plan, 'steps'>): string {
  return [...new Set(steps.map(({ candidates: [first] }) => first?.model.id))].join(', then ');
}

import type { Plan } from './plan.ts';

/** Whom a plan asks first in each of its steps, as reasons tell it. */
export function planPath({ steps }: Pick<Plan, 'steps'>): string {
  return steps.map(({ candidates: [first] }) => first?.model.id).join(', then ');
}

import type { Candidate } from '../provider.ts';
import type { Plan } from './plan.ts';

/** Everybody whom a plan names, in its order. Nearly every plan has one step, whose list is given as it is. */
export function plannedCandidates({ steps }: Pick<Plan, 'steps'>): readonly Candidate[] {
  const [first, second] = steps;
  return first && !second ? first.candidates : steps.flatMap(({ candidates }) => candidates);
}

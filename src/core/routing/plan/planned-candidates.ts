import type { Candidate } from '../../deployment.ts';
import type { Plan } from './plan.ts';

/** Returns all candidates of a plan, in order. Nearly every plan has one step, whose list is returned itself. */
export function plannedCandidates({ steps }: Pick<Plan, 'steps'>): readonly Candidate[] {
  const [first, second] = steps;
  return first && !second ? first.candidates : steps.flatMap(({ candidates }) => candidates);
}

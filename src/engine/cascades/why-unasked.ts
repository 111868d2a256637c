import type { DeploymentMemory } from '../deployments/deployment-memory.ts';
import type { Plugins } from '../services.ts';
import { answersOf, type Cascade, type CascadeStep } from './cascade-step.ts';

/** Why a step that is not the last is skipped; `undefined` if it is asked. */
export function whyUnasked(
  engine: Pick<Plugins, 'acceptance'> & Pick<DeploymentMemory, 'health'>,
  cascade: Cascade,
  step: CascadeStep,
): string | undefined {
  if (step.candidates.length === 0) return whyNoneLeft(engine, step);
  return isOfNoUse(engine, cascade, step)
    ? 'none of its answers could make the earlier answers good enough'
    : undefined;
}

function whyNoneLeft({ health }: Pick<DeploymentMemory, 'health'>, { planned }: CascadeStep): string {
  return planned.every(({ deployment }) => health.isBenched(deployment))
    ? 'benched after failures, and a later step remains'
    : 'its models have already answered or failed in this call';
}

/**
 * A further cheap model gives a second opinion. It is not asked if the answers so far are sound and cannot agree with
 * another, and if its own answer alone would not reach the threshold. A check or a judge may still accept its answer,
 * so with either it is asked.
 */
function isOfNoUse(
  { acceptance }: Pick<Plugins, 'acceptance'>,
  { route, steps }: Cascade,
  step: CascadeStep,
): boolean {
  const { call, features } = route;
  const [first] = step.candidates;
  const { threshold, judge } = step.acceptance ?? {};
  if (call.check || judge || first === undefined || threshold === undefined) return false;
  if (answersOf({ steps }).length === 0) return false;
  const isOpen = ({ answers, leader, isVetoed }: CascadeStep) =>
    answers.some((one) => (isVetoed && one === leader) || acceptance.mayAgree(call.request, one.reply));
  return !steps.some(isOpen) && acceptance.alone(features, first.model) < threshold;
}

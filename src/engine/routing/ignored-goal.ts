import { ignoredGoalWarning } from '../../core/routing/ignored-goal.ts';
import type { EngineContext, Route } from '../context.ts';

/** That the mode or the quality of a key has no effect, where the policy that chooses for this call goes by neither. */
export function ignoredGoal(
  { policyFor }: Pick<EngineContext, 'policyFor'>,
  { call, features, choice }: Route,
): string | undefined {
  const { routing } = call.principal;
  if (choice.kind !== 'open' || (routing?.mode ?? routing?.quality) === undefined) return undefined;
  const policy = policyFor(features);
  if (policy.heedsAims === true) return undefined;
  const namedBy = features.policy === undefined ? 'the configuration' : 'this call';
  return ignoredGoalWarning(routing, { policy: policy.name, namedBy });
}

/**
 * The same where its key has not heard it yet: what an admin has to change, a client need not hear at every call. What another
 * call asks on its own behalf goes by a policy that nobody wished for.
 */
export function newIgnoredGoal(
  engine: Pick<EngineContext, 'policyFor' | 'warnedKeys'>,
  route: Route,
): readonly string[] {
  if (route.call.parentId !== undefined) return [];
  const warning = ignoredGoal(engine, route);
  return warning !== undefined && engine.warnedKeys.isNew(route.call.principal.keyId, warning)
    ? [warning]
    : [];
}

import { ignoredGoalWarning } from '../../../core/routing/preferences/ignored-goal.ts';
import type { Route } from '../../route.ts';
import type { WarnedKeys } from '../../memory/warned-keys.ts';
import type { Router } from '../../services.ts';

/** Warns that a key's mode or quality has no effect, if the policy that chooses for this call uses neither. */
export function ignoredGoal(
  { policyFor }: Pick<Router, 'policyFor'>,
  { call, features, choice }: Route,
): string | undefined {
  const { routing } = call.principal;
  if (choice.kind !== 'open' || (routing?.mode ?? routing?.quality) === undefined) return undefined;
  const policy = policyFor(features);
  if (policy.heedsAims === true) return undefined;
  const namedBy = features.asked.policy === undefined ? 'the configuration' : 'this call';
  return ignoredGoalWarning(routing, { policy: policy.name, namedBy });
}

/**
 * The warning of `ignoredGoal`, once per key: only an admin can change it, so a client does not need it with every
 * call. Child calls are skipped: their policy was not chosen by the caller.
 */
export function newIgnoredGoal(
  engine: Pick<Router, 'policyFor'> & { readonly warnedKeys: WarnedKeys },
  route: Route,
): readonly string[] {
  if (route.call.parent) return [];
  const warning = ignoredGoal(engine, route);
  return warning !== undefined && engine.warnedKeys.isNew(route.call.principal.keyId, warning)
    ? [warning]
    : [];
}

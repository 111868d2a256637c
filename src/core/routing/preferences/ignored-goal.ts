import type { RoutingPreferences } from './routing-preferences.ts';

type Goals = Pick<RoutingPreferences, 'mode' | 'quality'>;

/** Returns the one of the two that applies, as users write it; `undefined` if neither is set. */
export function goalOf({ mode, quality }: Goals = {}):
  | { readonly name: 'mode' | 'quality'; readonly value: string }
  | undefined {
  if (quality !== undefined) return { name: 'quality', value: String(quality) };
  return mode && { name: 'mode', value: mode };
}

/** Warns that a key's mode or quality has no effect, and how to change that; `undefined` if the key sets neither. */
export function ignoredGoalWarning(
  key: Goals | undefined,
  { policy, namedBy }: { readonly policy: string; readonly namedBy: string },
): string | undefined {
  const aim = goalOf(key);
  return (
    aim &&
    `routing.${aim.name}: this key's ${aim.value} has no effect: the policy ${policy}, set by ${namedBy}, does not support ${aim.name}; learned and cascade do, and a key may select one of them under routing.policy`
  );
}

import type { Call } from '../../core/call.ts';
import type { Model } from '../../core/model.ts';
import type { CallWishes } from '../../core/routing/routing-decision.ts';

const none: CallWishes = {};

/** The call's own preferences for an open choice, stored with the decision: needed to decide the call again later. */
export function callPreferences(
  { task, policy, limits, models }: Call,
  listed: readonly Model[],
): CallWishes {
  if (!task && policy === undefined && limits.tier === undefined && models === undefined) return none;
  return {
    ...(task && { task }),
    ...(policy !== undefined && { policy }),
    ...(limits.tier && { tier: limits.tier }),
    ...(models && { models: listed.map(({ id }) => id) }),
  };
}

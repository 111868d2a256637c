import type { Call } from '../../core/call.ts';
import type { Model } from '../../core/model.ts';
import type { CallWishes } from '../../core/routing/routing-decision.ts';

const none: CallWishes = {};

/** The call's own preferences for an open choice, stored with the decision: needed to decide the call again later. */
export function callPreferences(
  { task, policy, limits, models, providerWishes }: Call,
  listed: readonly Model[],
): CallWishes {
  const { tier, maxCostUsd } = limits;
  const isPlain =
    policy === undefined && tier === undefined && models === undefined && maxCostUsd === undefined;
  if (isPlain && !task && !providerWishes) return none;
  const { order, sort } = providerWishes ?? {};
  return {
    ...(task && { task }),
    ...(policy !== undefined && { policy }),
    ...(tier && { tier }),
    ...(models && { models: listed.map(({ id }) => id) }),
    ...(order && { order }),
    ...(sort && { sort }),
    ...(maxCostUsd !== undefined && { maxCostUsd }),
  };
}

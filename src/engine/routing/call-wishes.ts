import type { Call } from '../../core/call.ts';
import type { Model } from '../../core/model.ts';
import type { CallWishes } from '../../core/decision.ts';

const none: CallWishes = {};

/** What a call says of an open choice, kept with the decision: who decides it anew must know. */
export function callWishes({ policy, limits, models }: Call, listed: readonly Model[]): CallWishes {
  if (policy === undefined && limits.tier === undefined && models === undefined) return none;
  return {
    ...(policy !== undefined && { policy }),
    ...(limits.tier && { tier: limits.tier }),
    ...(models && { models: listed.map(({ id }) => id) }),
  };
}

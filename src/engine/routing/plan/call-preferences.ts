import type { Call } from '../../../core/call.ts';
import type { Model } from '../../../core/model.ts';
import type { RequestFeatures } from '../../../core/routing/request/request-features.ts';
import type { CallWishes } from '../../../core/routing/decision/routing-decision.ts';
import type { ModelChoice } from '../../route.ts';

const none: CallWishes = {};

type Asked = {
  readonly choice: ModelChoice;
  /** The models that the call may go to. */
  readonly models: readonly Model[];
  readonly features: RequestFeatures;
};

/**
 * What a call asks for besides its model, stored with the decision: needed to decide the call again later. `undefined`
 * if it named its model and nothing else. What a virtual model asks for is included, because an alias may stand for it.
 */
export function callPreferences(call: Call, { choice, models, features }: Asked): CallWishes | undefined {
  const { task, policy, limits, models: listed, providerPreferences, check } = call;
  const { maxCostUsd, maxLatencyMs, otherFamilyThan } = limits;
  const { tier } = features.asked;
  const { answers } = features.size;
  const { order, sort, only, ignore, maxPrice, allowFallbacks, noRetention } = providerPreferences ?? {};
  const localOnly = providerPreferences?.localOnly === true || (choice.kind === 'open' && choice.localOnly);
  const hasLimits = maxCostUsd !== undefined || maxLatencyMs !== undefined || otherFamilyThan !== undefined;
  const isPlain =
    policy === undefined && tier === undefined && listed === undefined && !localOnly && !hasLimits;
  if (isPlain && !task && !providerPreferences && !check && answers === 1)
    return choice.kind === 'open' ? none : undefined;
  return {
    ...(task && { task }),
    ...(policy !== undefined && { policy }),
    ...(tier && { tier }),
    ...(listed && { models: models.map(({ id }) => id) }),
    ...(order && { order }),
    ...(sort && { sort }),
    ...(only && { only }),
    ...(ignore && { ignore }),
    ...(maxPrice && { maxPrice }),
    ...(allowFallbacks === false && { allowFallbacks }),
    ...(localOnly && { localOnly }),
    ...(noRetention && { noRetention }),
    ...(maxCostUsd !== undefined && { maxCostUsd }),
    ...(maxLatencyMs !== undefined && { maxLatencyMs }),
    ...(otherFamilyThan && { otherFamilyThan }),
    ...(answers > 1 && { answers }),
    ...(check && { isChecked: true }),
  };
}

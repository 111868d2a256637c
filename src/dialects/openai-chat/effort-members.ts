import { thinkingMembers } from './thinking-wish.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { isThinkingOff } from '../../core/wire/reasoning-effort.ts';
import { declaredEfforts, effortFor, grantedEffort, knownEfforts } from '../reasoning-effort.ts';

/** What keeps a model from thinking, by the member that does. */
export const switchedOff: Readonly<Record<NonNullable<Quirks['thinkingSwitch']>, JsonObject>> = {
  thinking: { thinking: { type: 'disabled' } },
  enable_thinking: { enable_thinking: false },
};

/** How hard the model shall think, in the seller's words. */
export function effortMembers(
  { reasoning }: ModelRequest,
  target: WireTarget,
  warnings: string[],
): JsonObject {
  const { thinkingSwitch, reasoningBudget } = target.quirks;
  if (thinkingSwitch && isThinkingOff(reasoning)) return switchedOff[thinkingSwitch];
  const { effort, budgetTokens = 0 } = reasoning ?? {};
  if (reasoningBudget && effort === undefined && budgetTokens > 0)
    return { reasoning: { max_tokens: budgetTokens } };
  return { reasoning_effort: effortFor(reasoning, target, warnings) };
}

/**
 * What of a client's own words for it is changed on the way to a seller of its dialect: only what the seller is known to
 * have no ear for, and all that the model is known to refuse where Conclave chose it.
 */
export function relayedEffort(
  body: JsonObject,
  { reasoning }: ModelRequest,
  target: WireTarget,
  warnings: string[],
): JsonObject {
  const { model, quirks, capabilities, chosen } = target;
  const members = { reasoning_effort: undefined, reasoning: undefined };
  const wanted = reasoning?.effort;
  if (capabilities?.reasoning === false && reasoning) {
    if (wanted !== 'none') warnings.push(`The wish to think was left out: ${model} does not think.`);
    return { ...members, ...without(body) };
  }
  if (quirks.thinkingSwitch && wanted === 'none')
    return { ...members, ...switchedOff[quirks.thinkingSwitch] };
  if (isJsonObject(body.reasoning) && quirks.refusesReasoningObject) {
    if (reasoning?.visible === false)
      warnings.push('"reasoning.exclude" was left out: this provider has no word for it.');
    return { reasoning: undefined, reasoning_effort: effortFor(reasoning, target, warnings) };
  }
  if (Object.keys(without(body)).length > 0 && quirks.refusesReasoningObject)
    return { ...without(body), reasoning_effort: effortFor(reasoning, target, warnings) };
  if (typeof body.reasoning_effort !== 'string' || wanted === undefined) return {};
  const known = chosen ? knownEfforts(target) : declaredEfforts(model, quirks);
  if (known === undefined) return {};
  return { reasoning_effort: grantedEffort(wanted, known, model, warnings) };
}

/** Takes other sellers' members for thinking out of a body. */
function without(body: JsonObject): JsonObject {
  const told = thinkingMembers.filter((member) => body[member] !== undefined);
  return Object.fromEntries(told.map((member) => [member, undefined]));
}

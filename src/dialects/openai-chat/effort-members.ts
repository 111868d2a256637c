import { readThinkingWish, thinkingMembers } from './thinking-wish.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { isThinkingOff } from '../../core/wire/reasoning-effort.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import type { RequestDraft } from '../request/draft.ts';
import { knownName } from '../request/known-name.ts';
import { claudeHabits } from '../makers/claude/habits.ts';
import { callsMadeWithoutIt, thinksByBudget, toolLoopWithoutThoughts } from '../makers/claude/thinking.ts';
import { mayBeSigned } from './reasoning-details.ts';
import { alwaysThinks, switchedOff, thinkingSwitchOf } from './thinking-switch.ts';
import { declaredEfforts, effortFor, grantedEffort, knownEfforts } from '../makers/known-efforts.ts';

/** Writes the thinking effort in the provider's form. */
export function effortMembers(draft: RequestDraft): JsonObject {
  const { request, target } = draft;
  const { reasoning } = request;
  const { reasoningBudget } = target.quirks;
  const thinkingSwitch = thinkingSwitchOf(target);
  if (thinkingSwitch && isThinkingOff(reasoning)) return switchedOff[thinkingSwitch];
  if (loopForbidsThinking(draft)) return {};
  const { effort, budgetTokens = 0 } = reasoning ?? {};
  if (reasoningBudget && effort === undefined && budgetTokens > 0)
    return { reasoning: { max_tokens: budgetTokens } };
  return { reasoning_effort: effortFor(draft) };
}

/**
 * Returns the changes to a client's own thinking fields on the way to a provider of the same dialect: only those that
 * the provider is known not to support and, if Conclave chose the model, everything that the model is known to reject.
 */
export function relayedEffort(body: JsonObject, draft: RequestDraft): JsonObject {
  const { request, target, warnings } = draft;
  const { reasoning } = request;
  const { model, quirks, capabilities, chosen } = target;
  const members = { reasoning_effort: undefined, reasoning: undefined };
  const wanted = reasoning?.effort;
  if (capabilities?.reasoning === false && reasoning) {
    if (wanted !== 'none') warnings.push(`Reasoning was not requested: ${model} does not support it.`);
    return { ...members, ...without(body) };
  }
  if (loopForbidsThinking(draft)) return { ...members, ...without(body) };
  const thinkingSwitch = thinkingSwitchOf(target);
  if (thinkingSwitch && wanted === 'none') return { ...members, ...switchedOff[thinkingSwitch] };
  const foreign = takesSwitches(target) ? {} : without(body);
  const names = Object.keys(foreign);
  if (names.length > 0 && readThinkingWish(body) === undefined)
    warnings.push(`"${names.join('", "')}" was left out: this provider does not know it.`);
  const hasObject = isJsonObject(body.reasoning);
  if (hasObject && quirks.refusesReasoningObject) {
    if (reasoning?.visible === false)
      warnings.push('"reasoning.exclude" was left out: this provider does not support it.');
    return { ...foreign, reasoning: undefined, reasoning_effort: effortFor(draft) };
  }
  if (names.length > 0) return hasObject ? foreign : { ...foreign, ...effortMembers(draft) };
  if (typeof body.reasoning_effort !== 'string' || wanted === undefined) return {};
  const known = chosen ? knownEfforts(target) : declaredEfforts(target);
  if (known === undefined) return {};
  return { reasoning_effort: grantedEffort(draft, wanted, known) };
}

/**
 * Returns whether a Claude would reject thinking because the tool calls being answered came without thoughts of its
 * own. Only for providers that are known to return thoughts to it; others may keep them themselves.
 */
function loopForbidsThinking({ request, target, warnings }: RequestDraft): boolean {
  const { reasoning, messages } = request;
  const name = knownName(target);
  if (reasoning === undefined || isThinkingOff(reasoning) || !isClaude(name)) return false;
  if (target.quirks.reasoningField === undefined || !thinksByBudget(reasoning, claudeHabits(name)))
    return false;
  if (!toolLoopWithoutThoughts(messages, (thought) => mayBeSigned(thought, name))) return false;
  warnings.push(`Thinking was left out: ${callsMadeWithoutIt}.`);
  return true;
}

/**
 * Returns whether a model may accept other providers' thinking fields: its provider has such a field itself, or nothing
 * is known of how it takes an effort.
 */
function takesSwitches(target: WireTarget): boolean {
  const { thinkingSwitch, refusesReasoningObject, reasoningEfforts, modelEfforts } = target.quirks;
  if (thinkingSwitch !== undefined) return !alwaysThinks(target);
  return !refusesReasoningObject && (reasoningEfforts ?? modelEfforts) === undefined;
}

/** Removes other providers' thinking fields from a body. */
function without(body: JsonObject): JsonObject {
  const present = thinkingMembers.filter((member) => body[member] !== undefined);
  return Object.fromEntries(present.map((member) => [member, undefined]));
}

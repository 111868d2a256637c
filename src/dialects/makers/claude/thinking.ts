import type { JsonObject } from '../../../core/json/json.ts';
import { isThinkingOff, nearestEffort, wantedEffort } from '../../../core/wire/reasoning-effort.ts';
import type { ReasoningEffort } from '../../../core/wire/request.ts';
import type { ClaudeDraft } from './draft.ts';

/** Anthropic's smallest thinking budget. */
const leastBudget = 1024;

/** The share of the output limit that each effort gets as a thinking budget. */
const shareOfOutput: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.9,
  max: 0.95,
};

/** The thinking settings of a request. */
export type Thinking = { readonly thinking?: JsonObject; readonly effort?: ReasoningEffort };

/** Returns the thinking settings. `forced`: a tool must be called, which excludes thinking. */
export function claudeThinking(draft: ClaudeDraft, maxTokens: number, forced: boolean): Thinking {
  const { request, habits, warnings } = draft;
  const wanted = request.reasoning;
  if (wanted === undefined) return {};
  if (isThinkingOff(wanted)) return withoutThinking(draft);
  const byBudget = wanted.budgetTokens !== undefined && wanted.effort === undefined;
  if (habits.thinking === 'adaptive' || (habits.thinking === 'either' && !byBudget)) {
    const effort = adaptiveEffort(draft);
    // A client of Anthropic's that sets an effort without `thinking` means the effort of the whole answer.
    const silent = request.origin === 'anthropic-messages' && wanted.visible === undefined;
    if (silent) return effort;
    if (!forced) return { thinking: { type: 'adaptive', ...display(wanted.visible) }, ...effort };
    warnings.push('Thinking was left out: a forced tool call excludes it.');
    return effort;
  }
  const budget = budgetFor(draft, maxTokens, forced);
  if (typeof budget === 'number') {
    return {
      thinking: {
        type: 'enabled',
        budget_tokens: budget,
        ...(wanted.visible === false && { display: 'omitted' }),
      },
    };
  }
  warnings.push(`Thinking was left out: ${budget}.`);
  return {};
}

function withoutThinking({ habits, warnings }: ClaudeDraft): Thinking {
  if (habits.thinkingOff === 'omit') return {};
  if (habits.thinkingOff !== 'never') return { thinking: { type: habits.thinkingOff } };
  warnings.push('This model cannot be kept from thinking; the lowest effort was asked for instead.');
  return { effort: 'low' };
}

function adaptiveEffort({ request, target, habits, warnings }: ClaudeDraft): Thinking {
  const { effort, budgetTokens } = request.reasoning ?? {};
  const wanted = wantedEffort({ ...request.reasoning });
  if (wanted === undefined) return {};
  if (effort === undefined) {
    warnings.push(
      `This model takes no thinking budget; ${budgetTokens} tokens became the effort "${wanted}".`,
    );
    return { effort: wanted };
  }
  const known = target.quirks.reasoningEfforts ?? habits.efforts;
  const near = nearestEffort(effort, known) ?? effort;
  if (near !== effort) warnings.push(`This model has no effort "${effort}"; "${near}" was sent.`);
  return { effort: near };
}

/** Returns a budget, or the reason why there is none. */
function budgetFor({ request }: ClaudeDraft, maxTokens: number, forced: boolean): number | string {
  if (forced) return 'a forced tool call excludes it';
  if (maxTokens <= leastBudget) return `it takes at least ${leastBudget} tokens of the output limit`;
  if (toolLoopWithoutThoughts(request.messages)) {
    return 'the tool calls being answered were made without it, or by another model';
  }
  const { effort, budgetTokens } = request.reasoning ?? {};
  const share = effort === undefined || effort === 'none' ? shareOfOutput.medium : shareOfOutput[effort];
  const wanted = budgetTokens ?? Math.floor(maxTokens * share);
  return Math.min(Math.max(wanted, leastBudget), maxTokens - 1);
}

/** A turn that continues after tool results must have begun with signed thoughts, otherwise thinking is rejected. */
function toolLoopWithoutThoughts(messages: ClaudeDraft['request']['messages']): boolean {
  if (!messages.at(-1)?.content.some(({ type }) => type === 'tool-result')) return false;
  const turn = messages.findLast(({ role }) => role === 'assistant')?.content ?? [];
  return !turn.some(
    (part) => part.type === 'reasoning' && (part.signature !== undefined || part.redacted !== undefined),
  );
}

function display(visible: boolean | undefined): JsonObject {
  return visible === undefined ? {} : { display: visible ? 'summarized' : 'omitted' };
}

import type { JsonObject } from '../../../core/json/json.ts';
import { isThinkingOff, nearestEffort, wantedEffort } from '../../../core/wire/reasoning-effort.ts';
import type { Message, ReasoningPart } from '../../../core/wire/content.ts';
import type { Reasoning, ReasoningEffort } from '../../../core/wire/request.ts';
import { showsThoughts } from '../../reasoning/shows-thoughts.ts';
import type { ClaudeDraft } from './draft.ts';
import type { ClaudeHabits } from './habits.ts';
import { returnedProof } from './own-thoughts.ts';

/** Anthropic's smallest thinking budget. */
const minBudget = 1024;

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
  if (wanted === undefined) return forced ? {} : withReadableNotes(draft, {});
  if (isThinkingOff(wanted)) return withoutThinking(draft, forced);
  if (!thinksByBudget(wanted, habits)) {
    const effort = adaptiveEffort(draft);
    // A client of Anthropic's that sets an effort without `thinking` means the effort of the whole answer.
    const silent = request.origin === 'anthropic-messages' && wanted.visible === undefined;
    if (silent) return effort;
    if (!forced) return { thinking: { type: 'adaptive', ...display(draft) }, ...effort };
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

/** Whether a model thinks with a budget of tokens if it is asked in this way. */
export function thinksByBudget({ budgetTokens, effort }: Reasoning, { thinking }: ClaudeHabits): boolean {
  const wantsBudget = budgetTokens !== undefined && effort === undefined;
  return thinking === 'budget' || (thinking === 'either' && wantsBudget);
}

function withoutThinking(draft: ClaudeDraft, forced: boolean): Thinking {
  const { habits, warnings } = draft;
  if (habits.thinkingOff === 'omit') return {};
  if (habits.thinkingOff !== 'never') return { thinking: { type: habits.thinkingOff } };
  warnings.push('This model always thinks; the lowest effort was requested instead.');
  return forced ? { effort: 'low' } : withReadableNotes(draft, { effort: 'low' });
}

/** Adds the thinking that the model does anyway, if that is how the client receives its notes. */
function withReadableNotes(draft: ClaudeDraft, settings: Thinking): Thinking {
  return speaksInThoughts(draft)
    ? { thinking: { type: 'adaptive', ...display(draft) }, ...settings }
    : settings;
}

function adaptiveEffort({ request, target, habits, warnings }: ClaudeDraft): Thinking {
  const { effort, budgetTokens } = request.reasoning ?? {};
  const wanted = wantedEffort({ ...request.reasoning });
  if (wanted === undefined) return {};
  if (effort === undefined) {
    warnings.push(
      `This model does not support a thinking budget; ${budgetTokens} tokens became the effort "${wanted}".`,
    );
    return { effort: wanted };
  }
  const known = target.quirks.reasoningEfforts ?? habits.efforts;
  const near = nearestEffort(effort, known) ?? effort;
  if (near !== effort) warnings.push(`This model has no effort "${effort}"; "${near}" was sent.`);
  return { effort: near };
}

/** Returns a budget, or the reason why there is none. */
function budgetFor({ request, target }: ClaudeDraft, maxTokens: number, forced: boolean): number | string {
  if (forced) return 'a forced tool call excludes it';
  if (maxTokens <= minBudget) return `it takes at least ${minBudget} tokens of the output limit`;
  const isTaken = (thought: ReasoningPart) => returnedProof(thought, target) !== undefined;
  if (toolLoopWithoutThoughts(request.messages, isTaken)) return callsMadeWithoutIt;
  const { effort, budgetTokens } = request.reasoning ?? {};
  const share = effort === undefined || effort === 'none' ? shareOfOutput.medium : shareOfOutput[effort];
  const wanted = budgetTokens ?? Math.floor(maxTokens * share);
  return Math.min(Math.max(wanted, minBudget), maxTokens - 1);
}

/** Why thinking is left out in a tool loop without thoughts. */
export const callsMadeWithoutIt = 'the tool calls being answered were made without it, or by another model';

/**
 * A turn that continues after tool results must have begun with thoughts that the model takes back, otherwise it rejects
 * thinking with a budget. `isTaken`: whether it takes back a thought, as Claude does those that it signed.
 */
export function toolLoopWithoutThoughts(
  messages: readonly Message[],
  isTaken: (thought: ReasoningPart) => boolean,
): boolean {
  const at = messages.findLastIndex(({ role }) => role === 'assistant');
  const after = messages.slice(at + 1).flatMap(({ content }) => content);
  if (!after.some(({ type }) => type === 'tool-result')) return false;
  const turn = messages[at]?.content ?? [];
  return !turn.some((part) => part.type === 'reasoning' && isTaken(part));
}

function display(draft: ClaudeDraft): JsonObject {
  const visible = showsThoughts(draft.request) ?? (speaksInThoughts(draft) || undefined);
  return visible === undefined ? {} : { display: visible ? 'summarized' : 'omitted' };
}

/**
 * Whether thoughts hold what the model tells the user between tool calls. Models that think unless told otherwise return
 * it so, without the text unless `display` requests it, which only clients of Anthropic's own dialect know.
 * https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5#text-between-tool-calls
 */
function speaksInThoughts({ request, habits }: ClaudeDraft): boolean {
  const offersTools = request.tools !== undefined && request.tools.length > 0;
  return offersTools && habits.thinkingOff !== 'omit' && request.origin !== 'anthropic-messages';
}

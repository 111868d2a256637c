import { forcesCall } from '../tools/forces-call.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { knownName } from '../request/known-name.ts';
import type { MemberEdit } from '../../core/wire/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { RequestDraft } from '../request/draft.ts';
import type { ClaudeDraft } from '../makers/claude/draft.ts';
import { claudeHabits, type ClaudeHabits } from '../makers/claude/habits.ts';
import { claudeSampling } from '../makers/claude/sampling.ts';
import { claudeThinking, type Thinking } from '../makers/claude/thinking.ts';
import { nameOf, objectOf } from '../fields/loose-fields.ts';
import { outputLimit } from '../request/output-limit.ts';
import { fittingTurns } from './fitting-turns.ts';
import { allowedChoice, writeToolChoice } from './write-tools.ts';

/**
 * Returns edits for everything in a client's request that a Claude model chosen by Conclave would reject, written as a
 * translated request would have it; all other fields are unchanged. Each change is named in the warnings.
 */
export function habitEdits(body: JsonObject, relayed: RequestDraft): MemberEdit[] {
  const { request, target } = relayed;
  if (!isClaude(knownName(target))) return [];
  const draft: ClaudeDraft = { ...relayed, habits: claudeHabits(knownName(target)) };
  const limit = outputLimit(draft);
  const choice = allowedChoice(draft, request.toolChoice);
  const turns = fittingTurns(body, draft);
  const thoughts = thinkingMembers({ ...body, ...turns }, draft, {
    limit: limit ?? 0,
    forced: forcesCall(choice),
  });
  const { type } = objectOf('thinking' in thoughts ? thoughts.thinking : body.thinking);
  const { temperature, top_p, top_k } = claudeSampling(draft, type === 'enabled' || type === 'adaptive');
  const wanted: JsonObject = {
    ...(limit !== undefined && { max_tokens: limit }),
    ...(choice !== request.toolChoice && writeToolChoice(choice, request.parallelTools)),
    ...turns,
    ...thoughts,
    temperature,
    top_p,
    top_k,
  };
  return changesIn(body, wanted);
}

/**
 * Returns edits that give thinking the budget that a Claude demands. Other makers' models think without one, so their
 * clients know none.
 */
export function budgetEdits(body: JsonObject, relayed: RequestDraft): MemberEdit[] {
  const name = knownName(relayed.target);
  if (!isWithoutBudget(body.thinking) || !isClaude(name)) return [];
  const draft: ClaudeDraft = { ...relayed, habits: claudeHabits(name) };
  const forced = forcesCall(relayed.request.toolChoice);
  return changesIn(body, thinkingMembers(body, draft, { limit: outputLimit(draft) ?? 0, forced }));
}

function changesIn(body: JsonObject, wanted: JsonObject): MemberEdit[] {
  return Object.entries(wanted)
    .filter(([member, value]) => value !== (body[member] ?? undefined))
    .map(([member, value]) => ({ member, value }));
}

function thinkingMembers(
  body: JsonObject,
  draft: ClaudeDraft,
  { limit, forced }: { readonly limit: number; readonly forced: boolean },
): JsonObject {
  const { habits, warnings } = draft;
  if (!refusesThinking(body, habits)) return {};
  const { effort: asked, ...config } = objectOf(body.output_config);
  const wanted =
    body.thinking === undefined && habits.thinking === 'budget' ? withoutEffort() : thinkingFor();
  const effort = wanted.effort ?? besideNoThinking(wanted);
  const output = { ...config, ...(effort && { effort }) };
  return { thinking: wanted.thinking, output_config: Object.keys(output).length > 0 ? output : undefined };

  /**
   * A model that can only switch off its thinking up front, not between tool calls, still accepts an effort, up to
   * `high`.
   */
  function besideNoThinking({ thinking }: Thinking): string | undefined {
    const effort = nameOf(asked);
    if (thinking?.type !== 'between_tools' || effort === undefined) return undefined;
    if (effort !== 'xhigh' && effort !== 'max') return effort;
    warnings.push(`Without thinking this model has no effort "${effort}"; "high" was sent.`);
    return 'high';
  }

  /** Here the effort is about the whole answer, and this model has no effort setting. */
  function withoutEffort(): Thinking {
    warnings.push('"output_config.effort" was left out: this model does not support it.');
    return {};
  }

  function thinkingFor(): Thinking {
    const found = claudeThinking(draft, limit, forced);
    const budget = found.thinking?.budget_tokens;
    if (typeof budget === 'number')
      warnings.push(`This model requires a thinking budget; ${budget} tokens were allowed.`);
    return found;
  }
}

function refusesThinking({ thinking, output_config: config }: JsonObject, habits: ClaudeHabits): boolean {
  const effort = nameOf(objectOf(config).effort);
  if (effort !== undefined && !habits.efforts.some((known) => known === effort)) return true;
  switch (objectOf(thinking).type) {
    case 'enabled':
      return habits.thinking === 'adaptive' || isWithoutBudget(thinking);
    case 'adaptive':
      return habits.thinking === 'budget';
    case 'disabled':
      return habits.thinkingOff === 'never' || habits.thinkingOff === 'between_tools';
    case 'between_tools':
      return habits.thinkingOff !== 'between_tools';
    default:
      return false;
  }
}

function isWithoutBudget(thinking: JsonValue | undefined): boolean {
  const { type, budget_tokens: budget } = objectOf(thinking);
  return type === 'enabled' && (budget ?? undefined) === undefined;
}

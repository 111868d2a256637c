import type { JsonObject } from '../../core/json/json.ts';
import type { ModelTarget } from '../request/model-target.ts';
import { chatTemplate, acknowledgement } from '../makers/chat-templates.ts';
import type { Turn } from '../messages/shape-turns.ts';
import type { Family } from './families.ts';

/** What the user says between the assistant's text and its calls. */
const encouragement = 'Go on.';

/**
 * Gives tool calls and tool results turns of their own, with a short turn of the other side between, if the model
 * accepts nothing else next to them: "Conversation blocks and tool use blocks cannot be provided in the same turn."
 * https://github.com/strands-agents/harness-sdk/issues/1223
 */
export function toolsApart(
  turns: readonly Turn<JsonObject>[],
  family: Family,
  target: ModelTarget,
): readonly Turn<JsonObject>[] {
  const callsApart = family.toolsApart === true;
  const resultsApart = callsApart || !chatTemplate(target).userAfterTools;
  return turns.flatMap((turn) => {
    if (turn.role === 'user' && resultsApart) return split(turn, isResult, acknowledgement);
    return turn.role === 'assistant' && callsApart ? split(turn, isNoCall, encouragement) : [turn];
  });
}

/** Splits a turn into the blocks that come first and all others. */
function split(
  turn: Turn<JsonObject>,
  comesFirst: (block: JsonObject) => boolean,
  between: string,
): readonly Turn<JsonObject>[] {
  const { role, blocks } = turn;
  const first = blocks.filter(comesFirst);
  const rest = blocks.filter((block) => !comesFirst(block));
  if (first.length === 0 || rest.length === 0) return [turn];
  const other = role === 'user' ? 'assistant' : 'user';
  return [
    { role, blocks: first },
    { role: other, blocks: [{ text: between }] },
    { role, blocks: rest },
  ];
}

const isResult = ({ toolResult }: JsonObject) => toolResult !== undefined;
const isNoCall = ({ toolUse }: JsonObject) => toolUse === undefined;

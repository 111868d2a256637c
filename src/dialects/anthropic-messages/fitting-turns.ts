import { movedSystemMessage } from '../messages/moved-system-message.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import type { ClaudeDraft } from '../makers/claude/draft.ts';
import { clearedMessages } from './cleared-messages.ts';
import { changesTools, lostChoice, offeredChoice, offeredTools } from './tool-changes.ts';
import { turnEffort } from './turn-effort.ts';

/**
 * Returns the members of a client's body that change if the model does not accept its system messages in
 * mid-conversation, or the effort in them.
 */
export function fittingTurns(body: JsonObject, { habits, warnings }: ClaudeDraft): JsonObject {
  const { messages } = body;
  if (!Array.isArray(messages) || !messages.some(isSystem)) return {};
  if (!habits.systemTurns)
    return {
      ...effortOfRequest(body, warnings),
      ...toolsOfRequest(body, warnings),
      ...systemAtTop(body, messages, warnings),
    };
  if (habits.turnEffort || !messages.some(setsEffort)) return {};
  return { ...effortOfRequest(body, warnings), messages: messages.flatMap(withoutEffort) };
}

function effortOfRequest(body: JsonObject, warnings: string[]): JsonObject {
  const effort = turnEffort(body);
  if (effort === undefined) return {};
  warnings.push(`The effort "${effort}" of a message was sent as that of the request.`);
  return { output_config: { ...objectOf(body.output_config), effort } };
}

function toolsOfRequest(body: JsonObject, warnings: string[]): JsonObject {
  const own = objectsOf(body.tools);
  const tools = (offeredTools(body) ?? []).map(({ tool }) => tool);
  const isSame = tools.length === own.length && tools.every((tool, at) => tool === own[at]);
  const choice = offeredChoice(body);
  const lost = lostChoice(body);
  if (lost !== undefined) warnings.push(lost);
  return {
    ...(!isSame && { tools: tools.length > 0 ? tools : undefined }),
    ...(choice !== (body.tool_choice ?? undefined) && { tool_choice: choice }),
  };
}

/** Moves system messages to the system prompt: those that Claude would still be shown. */
function systemAtTop({ system }: JsonObject, messages: readonly JsonValue[], warnings: string[]): JsonObject {
  const cleared = clearedMessages(messages);
  const moved = messages.flatMap((message, at) =>
    isSystem(message) && !cleared.has(at) ? blocksOf(objectOf(message).content) : [],
  );
  const told = moved.filter((block) => !changesTools(block));
  if (told.length > 0) warnings.push(movedSystemMessage);
  return {
    ...(told.length > 0 && { system: [...blocksOf(system), ...told] }),
    messages: messages.filter((message) => !isSystem(message)),
  };
}

function withoutEffort(message: JsonValue): JsonValue[] {
  if (!setsEffort(message)) return [message];
  const { output_config: _, ...rest } = objectOf(message);
  return blocksOf(rest.content).length > 0 ? [rest] : [];
}

function isSystem(message: JsonValue): boolean {
  return objectOf(message).role === 'system';
}

function setsEffort(message: JsonValue): boolean {
  return isSystem(message) && (objectOf(message).output_config ?? undefined) !== undefined;
}

function blocksOf(content: JsonValue | undefined): JsonObject[] {
  if (typeof content !== 'string') return objectsOf(content);
  return content === '' ? [] : [{ type: 'text', text: content }];
}

import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { appendAll } from '../../core/lists/append-all.ts';
import { replyCollector, type ReplyBlock } from '../../core/wire/collected-reply.ts';
import { nameOf, objectOf, objectsOf } from '../fields/loose-fields.ts';
import { cutsAnswer } from './finish-reason.ts';
import { toolCallReader } from './tool-call-reader.ts';

/**
 * Returns the further answers to one request (`n`) as a whole reply has them. Each arrives as choices with a `delta`:
 * one in a whole reply, many in a stream.
 */
export function furtherChoices(deltas: readonly JsonObject[], replyId: string): JsonObject[] {
  const byIndex = Map.groupBy(deltas, ({ index }) => index);
  return [...byIndex].map(([index, ofChoice]) => wholeChoice(ofChoice, `${replyId}_${String(index)}`));
}

function wholeChoice(deltas: readonly JsonObject[], choiceId: string): JsonObject {
  const message: JsonObject = { role: 'assistant', content: null, refusal: null };
  const choice: JsonObject = { index: 0, message, logprobs: null, finish_reason: null };
  const callPieces: JsonObject[] = [];
  for (const { delta, logprobs, ...rest } of deltas) {
    const { tool_calls: calls, ...said } = objectOf(delta);
    appendAll(callPieces, objectsOf(calls));
    for (const [member, value] of Object.entries(said)) grow(message, member, value);
    if (isJsonObject(logprobs)) choice.logprobs = merged(objectOf(choice.logprobs), logprobs);
    for (const [member, value] of Object.entries(rest)) choice[member] = value ?? choice[member] ?? null;
  }
  if (callPieces.length > 0) {
    const wasCut = cutsAnswer(nameOf(choice.finish_reason));
    message.tool_calls = wholeCalls(callPieces, { choiceId, wasCut });
  }
  return choice;
}

/** Joins the pieces of calls as those of the first answer are. */
function wholeCalls(
  pieces: readonly JsonObject[],
  { choiceId, wasCut }: { readonly choiceId: string; readonly wasCut: boolean },
): JsonObject[] {
  const { reply, add } = replyCollector();
  let blocks = 0;
  const calls = toolCallReader(add, { nextBlock: () => blocks++, replyId: () => choiceId });
  calls.read(pieces);
  calls.end(wasCut);
  return reply.blocks.flatMap(callsOf);
}

function callsOf(block: ReplyBlock): JsonObject[] {
  if (block.type === 'opaque') return objectsOf(objectOf(block.value.delta).tool_calls);
  if (block.type !== 'tool-call') return [];
  const { id, name, arguments: args } = block;
  return [{ id, type: 'function', function: { name, arguments: args } }];
}

/** Texts and lists are appended; of other fields the last value stays. */
function grow(message: JsonObject, member: string, value: JsonValue | undefined): void {
  const known = message[member];
  if (Array.isArray(known) && Array.isArray(value)) message[member] = [...known, ...value];
  else if (typeof known === 'string' && typeof value === 'string' && member !== 'role') {
    message[member] = known + value;
  } else message[member] = value ?? known ?? null;
}

function merged(into: JsonObject, from: JsonObject): JsonObject {
  const result = { ...into };
  for (const [member, value] of Object.entries(from)) grow(result, member, value);
  return result;
}

import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { objectOf, objectsOf, textOf } from '../fields/loose-fields.ts';

/**
 * Returns the further answers to one request (`n`) as a whole reply has them. Each arrives as choices with a `delta`:
 * one in a whole reply, many in a stream.
 */
export function furtherChoices(deltas: readonly JsonObject[]): JsonObject[] {
  const byIndex = Map.groupBy(deltas, ({ index }) => index);
  return [...byIndex.values()].map(wholeChoice);
}

function wholeChoice(deltas: readonly JsonObject[]): JsonObject {
  const message: JsonObject = { role: 'assistant', content: null, refusal: null };
  const choice: JsonObject = { index: 0, message, logprobs: null, finish_reason: null };
  const calls = new Map<JsonValue, JsonObject>();
  for (const { delta, logprobs, ...rest } of deltas) {
    const { tool_calls: pieces, ...said } = objectOf(delta);
    for (const piece of objectsOf(pieces)) addToCall(calls, piece);
    for (const [member, value] of Object.entries(said)) grow(message, member, value);
    if (isJsonObject(logprobs)) choice.logprobs = merged(objectOf(choice.logprobs), logprobs);
    for (const [member, value] of Object.entries(rest)) choice[member] = value ?? choice[member] ?? null;
  }
  if (calls.size > 0) message.tool_calls = [...calls.values()];
  return choice;
}

/** A piece belongs to the call of its index; without one, it is a call of its own. */
function addToCall(calls: Map<JsonValue, JsonObject>, { index, function: named, ...rest }: JsonObject): void {
  const place = index ?? `unnumbered ${calls.size}`;
  const { function: known, ...call } = calls.get(place) ?? {};
  const { arguments: before, ...kept } = objectOf(known);
  const { arguments: more, ...others } = objectOf(named);
  const args = `${textOf(before)}${textOf(more)}`;
  calls.set(place, { ...call, ...rest, function: { ...kept, ...others, arguments: args } });
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

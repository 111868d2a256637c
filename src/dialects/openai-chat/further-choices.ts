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
  for (const { delta, logprobs, ...rest } of deltas) {
    for (const [member, value] of Object.entries(objectOf(delta))) grow(message, member, value);
    if (isJsonObject(logprobs)) choice.logprobs = merged(objectOf(choice.logprobs), logprobs);
    for (const [member, value] of Object.entries(rest)) choice[member] = value ?? choice[member] ?? null;
  }
  return choice;
}

/** Texts and lists are appended, calls by their index; of other fields the last value stays. */
function grow(message: JsonObject, member: string, value: JsonValue | undefined): void {
  const known = message[member];
  if (member === 'tool_calls') message[member] = withCalls(known, objectsOf(value));
  else if (Array.isArray(known) && Array.isArray(value)) message[member] = [...known, ...value];
  else if (typeof known === 'string' && typeof value === 'string' && member !== 'role') {
    message[member] = known + value;
  } else message[member] = value ?? known ?? null;
}

function withCalls(known: JsonValue | undefined, deltas: readonly JsonObject[]): JsonValue[] {
  const calls = Array.isArray(known) ? [...known] : [];
  for (const { index, function: named, ...rest } of deltas) {
    const place = typeof index === 'number' ? index : calls.length;
    const call = objectOf(calls[place]);
    const before = objectOf(call.function);
    const { arguments: more, ...others } = objectOf(named);
    const args = `${textOf(before.arguments)}${textOf(more)}`;
    calls[place] = { ...call, ...rest, function: { ...before, ...others, arguments: args } };
  }
  return calls;
}

function merged(into: JsonObject, from: JsonObject): JsonObject {
  const result = { ...into };
  for (const [member, value] of Object.entries(from)) grow(result, member, value);
  return result;
}

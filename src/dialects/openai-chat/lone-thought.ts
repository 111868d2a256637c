import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { saysNothing } from '../../core/json/says-nothing.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { partsWithoutThoughts, tellsThought } from './told-thought.ts';

/** The warning that an answer of nothing but a thought was left out, as after a cut. */
export const loneThoughtWarning =
  'Reasoning without an answer was left out: many providers reject such a message.';

/** Whether an assistant message has nothing to say, and calls no tool. It may have a thought. */
export function isEmptyAnswer(message: JsonObject): boolean {
  const { content, refusal, audio, images, tool_calls: calls, function_call: call } = message;
  if (!partsWithoutThoughts(content).every(isEmptyPart)) return false;
  return [calls, call, refusal, audio, images].every(saysNothing);
}

/** Whether an assistant message is a thought alone. One that the provider is asked to continue is not. */
export function isLoneThought(message: JsonObject): boolean {
  if (message.role !== 'assistant') return false;
  if (!tellsThought(message) && objectsOf(message.reasoning_details).length === 0) return false;
  return isEmptyAnswer(message) && (message.prefix ?? message.partial) === undefined;
}

/**
 * Returns messages as `fit` changes them for the provider, without those that are a thought alone. A last one that the
 * provider accepts, and continues unasked, stays.
 */
export function withoutLoneThoughts(
  messages: readonly JsonObject[],
  { continues }: Quirks,
  fit: (message: JsonObject) => JsonObject,
): readonly JsonObject[] {
  return messages.flatMap((message, at) => {
    if (!isLoneThought(message)) return [fit(message)];
    if (continues !== undefined || at < messages.length - 1) return [];
    const fitted = fit(message);
    return isLoneThought(fitted) ? [fitted] : [];
  });
}

function isEmptyPart({ type, text, refusal }: JsonObject): boolean {
  return (type === 'text' && text === '') || (type === 'refusal' && refusal === '');
}

import type { JsonObject } from '../../core/json/json.ts';

/**
 * Returns the messages with the instruction at the end of the system prompt, where it changes a cached prefix least;
 * without an instruction unchanged.
 */
export function withInstruction(
  messages: readonly JsonObject[],
  instruction: string | undefined,
  role: string,
): readonly JsonObject[] {
  if (instruction === undefined) return messages;
  const last = messages.findLastIndex((message) => message.role === 'system' || message.role === 'developer');
  const message = { role, content: instruction };
  return [...messages.slice(0, last + 1), message, ...messages.slice(last + 1)];
}

import type { ModelTarget } from '../request/model-target.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { chatTemplate, acknowledgement } from '../makers/chat-templates.ts';

/**
 * Puts a short message of the assistant between a tool's result and a user message if the model accepts no user message
 * there. Agents send reminders with results, and images of results follow in a user message. Any other chat is returned
 * unchanged.
 */
export function assistantAfterTools(
  messages: readonly JsonObject[],
  target: ModelTarget,
): readonly JsonObject[] {
  if (chatTemplate(target).userAfterTools) return messages;
  const interrupts = ({ role }: JsonObject, at: number) =>
    role === 'user' && messages[at - 1]?.role === 'tool';
  if (!messages.some(interrupts)) return messages;
  return messages.flatMap((message, at) =>
    interrupts(message, at) ? [{ role: 'assistant', content: acknowledgement }, message] : [message],
  );
}

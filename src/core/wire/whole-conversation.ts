import type { Message } from './content.ts';
import type { ModelRequest } from './request.ts';

/** Returns all messages that a relay sends, in order: also those that a summary among them stands for. */
export function wholeConversation({
  summarized,
  messages,
}: Pick<ModelRequest, 'summarized' | 'messages'>): readonly Message[] {
  if (!summarized) return messages;
  // The system prompt of the request comes first.
  const start = messages.findIndex(({ role }) => role !== 'system');
  return [...messages.slice(0, start), ...summarized, ...messages.slice(start)];
}

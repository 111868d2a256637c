import type { Message } from './content.ts';
import type { ModelRequest } from './request.ts';

/** Returns all messages that a relay sends, also those that a summary among them stands for. */
export function wholeConversation({
  summarized,
  messages,
}: Pick<ModelRequest, 'summarized' | 'messages'>): readonly Message[] {
  return summarized ? [...summarized, ...messages] : messages;
}

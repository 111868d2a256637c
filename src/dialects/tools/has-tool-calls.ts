import type { ModelRequest } from '../../core/wire/request.ts';

/** Whether a conversation contains calls of tools. */
export function hasToolCalls({ messages }: Pick<ModelRequest, 'messages'>): boolean {
  return messages.some(({ content }) => content.some(({ type }) => type === 'tool-call'));
}

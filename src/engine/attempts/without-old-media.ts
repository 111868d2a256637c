import { answeredMessages, mediaNeed } from '../routing/answered-turns.ts';
import type { Model } from '../../core/model.ts';
import type { RequestTraits } from '../../core/routing/request-features.ts';
import type { ContentPart } from '../../core/wire/content.ts';
import type { ModelRequest } from '../../core/wire/request.ts';

/**
 * Replaces images, documents and audio of earlier turns that the model is known not to support by a note, with a
 * warning: the answers to them are in the conversation, and a caller who names the model can continue it.
 */
export function withoutOldMedia(
  request: ModelRequest,
  { capabilities, id }: Pick<Model, 'capabilities' | 'id'>,
  { answeredNeeds }: Pick<RequestTraits, 'answeredNeeds'>,
): { readonly request: ModelRequest; readonly warnings: readonly string[] } {
  const lacking = answeredNeeds?.filter((need) => capabilities[need] === false) ?? [];
  if (lacking.length === 0) return { request, warnings: [] };
  function reduced(part: ContentPart): ContentPart {
    if (part.type === 'tool-result') {
      const content = part.content.map(reduced);
      return content.some((inner, at) => inner !== part.content[at]) ? { ...part, content } : part;
    }
    const need = mediaNeed(part);
    if (need === undefined || !lacking.includes(need)) return part;
    const cache = 'cache' in part ? part.cache : undefined;
    return { type: 'text', text: `[${part.type} left out]`, ...(cache && { cache }) };
  }
  const answered = answeredMessages(request.messages);
  const messages = request.messages.map((message, at) =>
    at < answered && message.role !== 'assistant'
      ? { ...message, content: message.content.map(reduced) }
      : message,
  );
  const warnings = lacking.map(
    (need) => `${id} does not support ${need}: what earlier turns contain of it was left out.`,
  );
  return { request: { ...request, messages }, warnings };
}

import type { CacheHint, ContentPart, Message } from '../../core/wire/content.ts';

/** Returns a message whose last part that can be marked has a cache mark. A mark that is already there stays. */
export function withCacheMark(message: Message, cache: CacheHint): Message {
  const last = message.content.findLastIndex(canBeMarked);
  if (last < 0) return message;
  const content = message.content.map((part, at) =>
    at === last && canBeMarked(part) ? { cache, ...part } : part,
  );
  return { ...message, content };
}

const markable = ['text', 'image', 'document', 'tool-call', 'tool-result'] as const;
type Markable = Extract<ContentPart, { type: (typeof markable)[number] }>;

/** Whether a part can have a cache mark. Empty text is left out, and its mark would be lost. */
export function canBeMarked(part: ContentPart): part is Markable {
  return markable.some((type) => type === part.type) && !(part.type === 'text' && part.text.trim() === '');
}

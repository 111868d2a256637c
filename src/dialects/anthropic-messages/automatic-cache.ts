import type { JsonObject } from '../../core/json/json.ts';
import type { Message } from '../../core/wire/content.ts';
import { canBeMarked, withCacheMark } from '../prompt-cache/cache-mark.ts';
import { cacheOf } from './read-content.ts';

/**
 * Applies the `cache_control` of a whole request to its last part that can be marked, as Anthropic does. A mark that is
 * already there is the client's own and stays. https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
export function withAutomaticMark(messages: readonly Message[], body: JsonObject): readonly Message[] {
  const { cache } = cacheOf(body);
  const at = messages.findLastIndex(({ content }) => content.some(canBeMarked));
  const message = messages[at];
  if (cache === undefined || message === undefined) return messages;
  return messages.with(at, withCacheMark(message, cache));
}

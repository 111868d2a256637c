import type { JsonObject } from '../../core/json/json.ts';
import type { CacheHint } from '../../core/wire/content.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { nameOf, objectOf } from '../fields/loose-fields.ts';

/** The request fields of OpenAI's dialects, and OpenRouter's, that want the prompt cached without saying where. */
export const promptCacheFields = ['prompt_cache_key', 'prompt_cache_retention', 'cache_control'] as const;

/**
 * Reads a client's wish to have its prompt cached. OpenAI caches unasked, so only a client that says more has that
 * wish: it names the conversation (`prompt_cache_key`), keeps the cache for long, or uses OpenRouter's `cache_control`.
 */
export function readPromptCache(body: JsonObject): Pick<ModelRequest, 'promptCache' | 'cacheKey'> {
  const isLong = body.prompt_cache_retention === '24h';
  const { type, ttl } = objectOf(body.cache_control);
  const cacheKey = nameOf(body.prompt_cache_key);
  const isWanted = isLong || cacheKey !== undefined || type === 'ephemeral';
  if (!isWanted) return {};
  return {
    promptCache: isLong || ttl === '1h' ? { ttl: '1h' } : {},
    ...(cacheKey !== undefined && { cacheKey }),
  };
}

/** Reads the cache mark of a part, a message or a tool: OpenRouter's `cache_control` or OpenAI's own breakpoint. */
export function readCacheMark(marked: JsonObject): { cache?: CacheHint } {
  if (!marked.cache_control && !marked.prompt_cache_breakpoint) return {};
  const { ttl } = objectOf(marked.cache_control);
  return { cache: ttl === '5m' || ttl === '1h' ? { ttl } : {} };
}

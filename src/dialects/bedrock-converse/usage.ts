import { isJsonObject } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { StreamPart } from '../../core/stream-part.ts';
import { completionTokens, promptTokens } from '../../core/usage.ts';
import type { Usage } from '../../core/usage.ts';
import { countOf, objectsOf } from '../loose-fields.ts';

/** Converse's usage in our buckets; nothing where it gives none. */
export function usageParts(usage: JsonValue | undefined): StreamPart[] {
  return isJsonObject(usage) ? [{ type: 'usage', usage: readUsage(usage) }] : [];
}

function readUsage(usage: JsonObject): Usage {
  const written = countOf(usage.cacheWriteInputTokens);
  const long = objectsOf(usage.cacheDetails)
    .filter(({ ttl }) => ttl === '1h')
    .reduce((sum, { inputTokens }) => sum + countOf(inputTokens), 0);
  const cacheWriteLong = Math.min(written, long);
  return {
    input: countOf(usage.inputTokens),
    output: countOf(usage.outputTokens),
    cacheRead: countOf(usage.cacheReadInputTokens),
    cacheWrite: written - cacheWriteLong,
    cacheWriteLong,
    reasoning: 0,
    webSearches: 0,
  };
}

/** Our buckets in Converse's words. */
export function writeUsage(usage: Usage): JsonObject {
  const outputTokens = completionTokens(usage);
  return {
    inputTokens: usage.input,
    outputTokens,
    totalTokens: promptTokens(usage) + outputTokens,
    cacheReadInputTokens: usage.cacheRead,
    cacheWriteInputTokens: usage.cacheWrite + usage.cacheWriteLong,
    ...(usage.cacheWriteLong > 0 && {
      cacheDetails: [{ ttl: '1h', inputTokens: usage.cacheWriteLong }],
    }),
  };
}

import { isJsonObject } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { StreamPart } from '../../core/stream-part.ts';
import { promptTokens } from '../../core/usage.ts';
import type { Usage } from '../../core/usage.ts';
import { countOf } from '../loose-fields.ts';

/** Gemini's usage in our buckets; nothing where it gives none. Its own tools' results are prompt tokens as well. */
export function usageParts(usage: JsonValue | undefined, webSearches: number): StreamPart[] {
  if (!isJsonObject(usage)) return [];
  const prompt = countOf(usage.promptTokenCount) + countOf(usage.toolUsePromptTokenCount);
  const cacheRead = Math.min(prompt, countOf(usage.cachedContentTokenCount));
  return [
    {
      type: 'usage',
      usage: {
        input: prompt - cacheRead,
        output: countOf(usage.candidatesTokenCount),
        cacheRead,
        cacheWrite: 0,
        cacheWriteLong: 0,
        reasoning: countOf(usage.thoughtsTokenCount),
        webSearches,
      },
    },
  ];
}

/** Our buckets in Gemini's words. */
export function writeUsage(usage: Usage): JsonObject {
  const promptTokenCount = promptTokens(usage);
  return {
    promptTokenCount,
    ...(usage.cacheRead > 0 && { cachedContentTokenCount: usage.cacheRead }),
    candidatesTokenCount: usage.output,
    ...(usage.reasoning > 0 && { thoughtsTokenCount: usage.reasoning }),
    totalTokenCount: promptTokenCount + usage.output + usage.reasoning,
  };
}

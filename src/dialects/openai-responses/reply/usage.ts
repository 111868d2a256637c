import type { JsonObject } from '../../../core/json/json.ts';
import { completionTokens, noUsage, promptTokens } from '../../../core/money/usage.ts';
import type { Usage } from '../../../core/money/usage.ts';
import { countOf, objectOf } from '../../fields/loose-fields.ts';

/**
 * Returns a response's usage in Conclave's disjoint token counts. Searches are counted from its items, because OpenAI
 * bills them there.
 */
export function readUsage(usage: JsonObject, webSearches: number): Usage {
  const prompt = countOf(usage.input_tokens);
  const written = countOf(usage.output_tokens);
  const details = objectOf(usage.input_tokens_details);
  const cacheRead = Math.min(prompt, countOf(details.cached_tokens));
  const cacheWrite = Math.min(prompt - cacheRead, countOf(details.cache_write_tokens));
  const reasoning = Math.min(written, countOf(objectOf(usage.output_tokens_details).reasoning_tokens));
  return {
    ...noUsage,
    input: prompt - cacheRead - cacheWrite,
    output: written - reasoning,
    cacheRead,
    cacheWrite,
    reasoning,
    webSearches,
  };
}

/** Writes Conclave's token counts as OpenAI's usage in Responses. */
export function writeUsage(usage: Usage): JsonObject {
  const input = promptTokens(usage);
  const output = completionTokens(usage);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite + usage.cacheWriteLong,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + output,
  };
}

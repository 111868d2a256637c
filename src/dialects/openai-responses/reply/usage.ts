import type { JsonObject } from '../../../core/json/json.ts';
import { completionTokens, noUsage, promptTokens } from '../../../core/money/usage.ts';
import type { Usage } from '../../../core/money/usage.ts';
import { countOf, objectOf } from '../../fields/loose-fields.ts';

/**
 * Returns a response's usage in Conclave's disjoint token counts. Searches are counted from its items, because OpenAI
 * bills them there.
 */
export function readUsage(usage: JsonObject, webSearches: number): Usage {
  const details = objectOf(usage.input_tokens_details);
  const cacheRead = countOf(details.cached_tokens);
  const cacheWrite = countOf(details.cache_write_tokens);
  const cached = cacheRead + cacheWrite;
  const input = countOf(usage.input_tokens);
  const written = countOf(usage.output_tokens);
  const reasoning = Math.min(written, countOf(objectOf(usage.output_tokens_details).reasoning_tokens));
  return {
    ...noUsage,
    // Gateways in front of Claude do not count the cache's tokens as input, as Anthropic does not.
    input: cached > input ? input : input - cached,
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

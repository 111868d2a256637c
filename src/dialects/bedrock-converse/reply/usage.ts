import { billingTerms, servedAs } from '../../../core/money/billing-terms.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { completionTokens, promptTokens } from '../../../core/money/usage.ts';
import type { Usage } from '../../../core/money/usage.ts';
import { countOf, objectOf, objectsOf } from '../../fields/loose-fields.ts';

/**
 * Returns Converse's usage in Conclave's token counts, from the body or event that contains it; nothing if there is
 * none.
 */
export function usageParts({ usage, serviceTier, performanceConfig }: JsonObject): StreamPart[] {
  if (!isJsonObject(usage)) return [];
  const terms = billingTerms({
    serviceTier: objectOf(serviceTier).type ?? null,
    performanceConfig: objectOf(performanceConfig).latency ?? null,
  });
  return [{ type: 'usage', usage: readUsage(usage), ...servedAs(terms) }];
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

/** Writes Conclave's token counts as Converse's usage. */
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

import { billingTerms, servedAs } from '../../../core/money/billing-terms.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { promptTokens } from '../../../core/money/usage.ts';
import type { Usage } from '../../../core/money/usage.ts';
import { countOf, objectsOf } from '../../fields/loose-fields.ts';

/**
 * Returns Gemini's usage in Conclave's token counts; nothing if there is none. Results of its own tools also count as
 * prompt tokens.
 */
export function usageParts(usage: JsonValue | undefined, webSearches: number): StreamPart[] {
  if (!isJsonObject(usage)) return [];
  const prompt = countOf(usage.promptTokenCount) + countOf(usage.toolUsePromptTokenCount);
  const cachedAudio = audioOf(usage.cacheTokensDetails);
  const audioInput = Math.max(0, audioOf(usage.promptTokensDetails) - cachedAudio);
  const audioOutput = audioOf(usage.candidatesTokensDetails);
  const { serviceTier = null, trafficType = null } = usage;
  const terms = billingTerms({ serviceTier, trafficType });
  if (cachedAudio > 0) terms.push('audio tokens from the cache');
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
      ...servedAs(terms),
      ...(audioInput > 0 && { audioInput }),
      ...(audioOutput > 0 && { audioOutput }),
    },
  ];
}

/** Returns the audio tokens among those counted by modality. */
function audioOf(details: JsonValue | undefined): number {
  return objectsOf(details)
    .filter(({ modality }) => modality === 'AUDIO')
    .reduce((sum, { tokenCount }) => sum + countOf(tokenCount), 0);
}

/** Writes Conclave's token counts as Gemini's usage. */
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

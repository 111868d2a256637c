import { servedAs, type BillingTerm } from '../../../core/money/billing-terms.ts';
import { completionTokens, noUsage, promptTokens } from '../../../core/money/usage.ts';
import type { Usage } from '../../../core/money/usage.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { Quirks } from '../../../core/provider.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { chargedCost } from '../../billing/charged-cost.ts';
import { countOf, objectOf } from '../../fields/loose-fields.ts';

/** What some providers bill in addition to tokens: xAI each source of a search, Mistral the seconds of audio. */
const billedApart = ['num_sources_used', 'prompt_audio_seconds'];

/** Returns a provider's usage with what it was billed as. `terms`: those of the whole answer. */
export function usagePart(usage: JsonObject, quirks: Quirks, terms: readonly BillingTerm[]): StreamPart {
  const audioInput = countOf(promptDetails(usage).audio_tokens);
  const audioOutput = countOf(completionDetails(usage).audio_tokens);
  return {
    type: 'usage',
    usage: readUsage(usage, quirks),
    ...servedAs([...terms, ...billedApart.filter((field) => countOf(usage[field]) > 0)]),
    ...(audioInput > 0 && { audioInput }),
    ...(audioOutput > 0 && { audioOutput }),
    ...chargedCost(usage, quirks),
  };
}

/**
 * Returns a provider's usage in Conclave's disjoint token counts. `prompt_tokens` includes the cache's tokens and
 * `completion_tokens` the reasoning's, unless the provider's counts show that they are counted separately.
 * Google's OpenAI address counts thinking in that total only, and bills it.
 */
function readUsage(usage: JsonObject, { cachedTokensField }: Pick<Quirks, 'cachedTokensField'> = {}): Usage {
  const completion = countOf(usage.completion_tokens) || countOf(usage.output_tokens);
  const cacheRead = cachedTokens(usage, cachedTokensField);
  const cacheWrite = writtenTokens(usage);
  const prompt = promptOf(usage, { completion, cached: cacheRead + cacheWrite });
  const reasoning = countOf(completionDetails(usage).reasoning_tokens ?? usage.reasoning_tokens);
  const beyond = prompt === 0 ? 0 : countOf(usage.total_tokens) - prompt - completion;
  const isCache = beyond === cacheRead + cacheWrite;
  const beside = beyond > 0 && (reasoning === 0 ? !isCache : reasoning === beyond);
  const inside = beside ? 0 : Math.min(completion, reasoning);
  return {
    ...noUsage,
    input: prompt - cacheRead - cacheWrite,
    output: completion - inside,
    cacheRead,
    cacheWrite,
    reasoning: beside ? beyond : inside,
    webSearches: countOf(
      objectOf(usage.server_tool_use_details).web_search_requests ?? usage.num_search_queries,
    ),
  };
}

/** Returns the tokens of the prompt, the cache's among them. */
function promptOf(usage: JsonObject, counts: { completion: number; cached: number }): number {
  const prompt = countOf(usage.prompt_tokens) || countOf(usage.input_tokens);
  return excludesCache(usage, { prompt, ...counts }) ? prompt + counts.cached : prompt;
}

/**
 * Whether the cache's tokens are not among those of the prompt: gateways in front of Claude keep Anthropic's way of
 * counting. They show it by more cached tokens than the prompt has, by their total, or by Anthropic's names for all.
 */
function excludesCache(
  usage: JsonObject,
  { prompt, completion, cached }: { prompt: number; completion: number; cached: number },
): boolean {
  if (cached > prompt) return true;
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
  if (typeof read !== 'number' && typeof written !== 'number') return false;
  const total = countOf(usage.total_tokens);
  // Servers that have Anthropic's names, and do not fill them, write 0.
  const isNamedSo = countOf(usage.prompt_tokens) === 0 && countOf(read) + countOf(written) > 0;
  return total === 0 ? isNamedSo : total === prompt + completion + cached;
}

/** Some gateways name the counts, or their details, as Responses does. */
function promptDetails(usage: JsonObject): JsonObject {
  return objectOf(usage.prompt_tokens_details ?? usage.input_tokens_details);
}

function completionDetails(usage: JsonObject): JsonObject {
  return objectOf(usage.completion_tokens_details ?? usage.output_tokens_details);
}

/**
 * Writes Conclave's token counts as OpenAI's usage. `thought`: the answer contains reasoning. Not every provider
 * reports its length (Bedrock, older Claude); then the field is absent, because a zero would be a claim.
 */
export function writeUsage(usage: Usage, thought: boolean): JsonObject {
  const prompt = promptTokens(usage);
  const completion = completionTokens(usage);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite + usage.cacheWriteLong,
    },
    ...((usage.reasoning > 0 || !thought) && {
      completion_tokens_details: { reasoning_tokens: usage.reasoning },
    }),
    ...(usage.webSearches > 0 && {
      server_tool_use_details: { web_search_requests: usage.webSearches },
    }),
  };
}

/**
 * Returns the cached tokens: the provider's own field if a quirk names one, otherwise OpenAI's, Mistral's second spelling
 * of it, DeepSeek's, or Anthropic's. Mistral's `num_cached_tokens` is older than its discount and is not read.
 */
function cachedTokens(usage: JsonObject, field: Quirks['cachedTokensField']): number {
  return countOf(
    (field && usage[field]) ??
      promptDetails(usage).cached_tokens ??
      objectOf(usage.prompt_token_details).cached_tokens ??
      usage.prompt_cache_hit_tokens ??
      usage.cache_read_input_tokens,
  );
}

/**
 * Names for the tokens that were written to the cache: OpenAI's and OpenRouter's; LiteLLM's; that of new-api and
 * CLIProxyAPI; Envoy's; Alibaba's, which LiteLLM repeats beside the details.
 */
const writtenFields = [
  'cache_write_tokens',
  'cache_creation_tokens',
  'cached_creation_tokens',
  'cached_write_tokens',
  'cache_creation_input_tokens',
];

function writtenTokens(usage: JsonObject): number {
  const details = promptDetails(usage);
  let written = countOf(usage.cache_creation_input_tokens);
  for (const field of writtenFields) written = Math.max(written, countOf(details[field]));
  return written;
}

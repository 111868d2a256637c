import { billingTerms, servedAs } from '../../core/billing-terms.ts';
import { isJsonObject } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { StreamPart } from '../../core/stream-part.ts';
import { completionTokens } from '../../core/usage.ts';
import type { Usage } from '../../core/usage.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from '../loose-fields.ts';

/** Anthropic's usage in our buckets; nothing where it gives none. `ranCode`: in a container, which is billed by the hour. */
export function usageParts(usage: JsonValue | undefined, ranCode: boolean): StreamPart[] {
  if (!isJsonObject(usage)) return [];
  const beside = passesBeside(usage).map((pass) => {
    const model = nameOf(pass.model);
    return { usage: readUsage(pass), ...(model && { model }) };
  });
  const { service_tier = null, speed = null, inference_geo = null } = usage;
  const terms = billingTerms({ service_tier, speed, inference_geo });
  const served = servedAs(ranCode ? [...terms, 'code_execution'] : terms);
  return [{ type: 'usage', usage: readUsage(usage), ...served, ...(beside.length > 0 && { beside }) }];
}

/**
 * Thinking is told apart where Anthropic counts it. By its own documentation that count is off by a few tokens; it is
 * never more than the output that it is a part of, and costs the same, so the bill stays exact.
 */
function readUsage(usage: JsonObject): Usage {
  const output = countOf(usage.output_tokens);
  const reasoning = Math.min(output, countOf(objectOf(usage.output_tokens_details).thinking_tokens));
  const written = countOf(usage.cache_creation_input_tokens);
  const long = longWrites(objectOf(usage.cache_creation), written);
  return {
    input: countOf(usage.input_tokens),
    output: output - reasoning,
    cacheRead: countOf(usage.cache_read_input_tokens),
    cacheWrite: written - long,
    cacheWriteLong: long,
    reasoning,
    webSearches: countOf(objectOf(usage.server_tool_use).web_search_requests),
  };
}

/** A stream's end gives the sum of cache writes, its start their split: what was added is in the same proportion. */
function longWrites(split: JsonObject, written: number): number {
  const short = countOf(split.ephemeral_5m_input_tokens);
  const long = countOf(split.ephemeral_1h_input_tokens);
  if (long === 0) return 0;
  return short === 0 ? written : Math.min(written, Math.round((written * long) / (short + long)));
}

/** A block of a reply that stands for code which Anthropic runs itself. */
export function runsCode({ type, name }: JsonObject): boolean {
  return type === 'server_tool_use' && textOf(name).endsWith('code_execution');
}

/** A later usage over an earlier one: what it leaves out or nulls stays as it was. */
export function mergeUsage(earlier: JsonObject, later: JsonObject): JsonObject {
  const merged = { ...earlier };
  for (const [member, value] of Object.entries(later)) {
    if (value !== undefined && value !== null) merged[member] = value;
  }
  return merged;
}

/** A compaction pass, an advising model: the totals are without them. */
function passesBeside(usage: JsonObject): JsonObject[] {
  return objectsOf(usage.iterations).filter(
    ({ type }) => type === 'compaction' || type === 'advisor_message',
  );
}

/** What Anthropic bills beside the totals, for the client, who is shown the totals alone. */
export function billedApart(usage: JsonObject): string | undefined {
  const apart = passesBeside(usage);
  if (apart.length === 0) return undefined;
  const passes = apart.map((pass) => {
    const input =
      countOf(pass.input_tokens) +
      countOf(pass.cache_read_input_tokens) +
      countOf(pass.cache_creation_input_tokens);
    return `${String(pass.type)} with ${input} tokens read and ${countOf(pass.output_tokens)} written`;
  });
  return `Anthropic bills beside these totals: ${passes.join(', ')}.`;
}

/** Our buckets in Anthropic's words, complete as in a whole message. */
export function writeUsage(usage: Usage): JsonObject {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite + usage.cacheWriteLong,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite,
      ephemeral_1h_input_tokens: usage.cacheWriteLong,
    },
    output_tokens: completionTokens(usage),
    ...(usage.reasoning > 0 && { output_tokens_details: { thinking_tokens: usage.reasoning } }),
    ...(usage.webSearches > 0 && {
      server_tool_use: { web_search_requests: usage.webSearches, web_fetch_requests: 0 },
    }),
  };
}

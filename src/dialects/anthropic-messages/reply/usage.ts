import { billingTerms, servedAs, type BillingTerm } from '../../../core/money/billing-terms.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { setOwnMember } from '../../../core/json/own-members.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { addUsage, completionTokens } from '../../../core/money/usage.ts';
import type { Usage } from '../../../core/money/usage.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';

/**
 * Returns Anthropic's usage in Conclave's token counts; nothing if there is none. `ranCode`: code ran in a container,
 * which is billed by the hour.
 */
export function usageParts(usage: JsonValue | undefined, ranCode: boolean): StreamPart[] {
  if (!isJsonObject(usage)) return [];
  const beside = passesBeside(usage).map((pass) => {
    const model = nameOf(pass.model);
    return { usage: readUsage(pass), ...(model && { model }) };
  });
  const { service_tier = null, speed = null, inference_geo = null } = usage;
  const terms = billingTerms({ service_tier, speed, inference_geo });
  const served = servedAs(ranCode ? [...terms, codeTerm] : terms);
  const answered = answerOf(usage);
  return [{ type: 'usage', ...answered, ...served, ...(beside.length > 0 && { beside }) }];
}

/**
 * Returns the usage of the answer itself. If a fallback model wrote it, only that model's passes are summed: each pass
 * is billed at the rates of its own model, and the totals may include the model that declined.
 * https://github.com/BerriAI/litellm/pull/39294
 */
function answerOf(usage: JsonObject): { usage: Usage; model?: string } {
  const model = fallbackOf(usage);
  if (model === undefined) return { usage: readUsage(usage) };
  const passes = answering(usage).filter((pass) => nameOf(pass.model) === model);
  const sum = passes.map(readUsage).reduce(addUsage);
  return { usage: { ...sum, webSearches: readUsage(usage).webSearches }, model };
}

/** Returns the model that answered instead of the requested one. */
function fallbackOf(usage: JsonObject): string | undefined {
  return nameOf(objectsOf(usage.iterations).findLast(({ type }) => type === 'fallback_message')?.model);
}

function answering(usage: JsonObject): JsonObject[] {
  return objectsOf(usage.iterations).filter(({ type }) => type === 'message' || type === 'fallback_message');
}

/**
 * Separates thinking tokens if Anthropic counts them. Its documentation calls that count approximate, off by a few
 * tokens. It never exceeds the output that contains it and costs the same, so the bill stays exact.
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

/**
 * The end of a stream reports the sum of cache writes, its start their split by lifetime; later writes are split in the
 * same proportion.
 */
function longWrites(split: JsonObject, written: number): number {
  const short = countOf(split.ephemeral_5m_input_tokens);
  const long = countOf(split.ephemeral_1h_input_tokens);
  if (long === 0) return 0;
  return short === 0 ? written : Math.min(written, Math.round((written * long) / (short + long)));
}

/** Containers are billed by the hour. */
export const codeTerm: BillingTerm = 'code_execution';

/** Whether a reply's block is code that Anthropic runs itself. */
export function runsCode({ type, name }: JsonObject): boolean {
  return type === 'server_tool_use' && textOf(name).endsWith('code_execution');
}

/** Whether a reply's block holds the results of a web search; Anthropic does not bill one that failed. */
export function holdsSearch({ type, content }: JsonObject): boolean {
  return type === 'web_search_tool_result' && Array.isArray(content);
}

/**
 * Merges a later usage into an earlier one: fields that are absent or null keep their earlier value, and the counts of
 * the prompt do if all later ones are 0, as behind proxies that count it only at the beginning.
 */
export function mergeUsage(earlier: JsonObject, later: JsonObject): JsonObject {
  const merged = { ...earlier };
  const countsPrompt = promptCounts.some((member) => countOf(later[member]) > 0);
  for (const [member, value] of Object.entries(later)) {
    if (value === undefined || value === null) continue;
    if (countsPrompt || !ofPrompt.has(member)) setOwnMember(merged, member, value);
  }
  return merged;
}

const promptCounts = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'];
const ofPrompt: ReadonlySet<string> = new Set([...promptCounts, 'cache_creation']);

/**
 * Passes that the totals exclude: compaction and advisor models. A model that declined, so that another answered, is
 * billed for what it wrote until then, and not billed if it wrote nothing.
 */
function passesBeside(usage: JsonObject): JsonObject[] {
  const apart = objectsOf(usage.iterations).filter(
    ({ type }) => type === 'compaction' || type === 'advisor_message',
  );
  const fallback = fallbackOf(usage);
  if (fallback === undefined) return apart;
  const declined = answering(usage).filter(
    (pass) => nameOf(pass.model) !== fallback && countOf(pass.output_tokens) > 0,
  );
  return [...apart, ...declined];
}

/** Returns a warning with what Anthropic bills in addition to the totals, since the client sees only the totals. */
export function billedApart(usage: JsonObject): string | undefined {
  const apart = passesBeside(usage);
  if (apart.length === 0) return undefined;
  const passes = apart.map((pass) => {
    const input =
      countOf(pass.input_tokens) +
      countOf(pass.cache_read_input_tokens) +
      countOf(pass.cache_creation_input_tokens);
    const what =
      pass.type === 'message'
        ? `what ${nameOf(pass.model) ?? 'the model'} wrote before it declined`
        : String(pass.type);
    return `${what} with ${input} tokens read and ${countOf(pass.output_tokens)} written`;
  });
  return `Anthropic bills in addition to these totals: ${passes.join(', ')}.`;
}

/** Writes Conclave's token counts as Anthropic's usage, complete as in a whole message. */
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

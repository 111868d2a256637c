import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../core/json/json.ts';
import { furtherModelsIn } from '../../core/wire/further-models-in.ts';
import { dialectIds, thoughtFields } from '../../core/wire/content.ts';
import { baseUrl, headerText, tokens, trimmed } from './value-schemas.ts';

/** What a call consists of, in any dialect: a fixed value would ask something else than what is answered and booked. */
const setPerCall: ReadonlySet<string> = new Set([
  'contents',
  'input',
  'instructions',
  'messages',
  'model',
  'modelId',
  'n',
  'prompt',
  'stream',
  'system',
  'systemInstruction',
  'system_instruction',
  'toolConfig',
  'tool_config',
  'tools',
]);

/** Gemini is asked for several answers one level further in, under either spelling. */
function asksForCandidates(body: JsonObject): boolean {
  const configs = [body.generationConfig, body.generation_config].filter(isJsonObject);
  return configs.some((config) => (config.candidateCount ?? config.candidate_count ?? 1) !== 1);
}

/** With these a provider asks other models, which the limits, budgets and allowed models of keys would not know of. */
const asksFurtherModels: ReadonlySet<string> = new Set(['fallbacks', 'models', 'route']);
const inAnAlias = 'lets the provider ask other models; name them in an alias, so that Conclave asks them';

/** Fields that do so only by what they hold: `preset`, `context_window_fallbacks`, models within `orq` or `extra_body`. */
function refuseFurtherModels(body: JsonObject, context: z.RefinementCtx): void {
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined || furtherModelsIn(name, value).furtherModels === undefined) continue;
    context.addIssue({ code: 'custom', path: [name], message: inAnAlias });
  }
}

const efforts = z.array(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']));
const forcedToolChoice = z.union([z.boolean(), z.enum(['without-thinking', 'unnamed'])]);

const quirks = z
  .strictObject({
    maxTokensField: z
      .enum(['max_tokens', 'max_completion_tokens'])
      .describe(
        'Request field for the output limit, whichever one the client sent. Default: max_completion_tokens for OpenAI, Azure and other providers that require it, max_tokens for all others, including your own.',
      ),
    userField: z.enum(['user', 'user_id']).describe('Request field for the end user’s id.'),
    seedField: z.enum(['seed', 'random_seed']).describe('Request field for the seed.'),
    systemRole: z
      .enum(['system', 'developer'])
      .describe(
        'Role of instruction messages, whichever one the client sent. Default: the client’s for OpenAI and Azure, system for all others, including your own.',
      ),
    systemTurns: z
      .boolean()
      .describe(
        'false: later system messages are merged into the first, because the templates of its models reject them. Default: false for local servers, your own providers and the models of Mistral and Qwen, true for all others.',
      ),
    userAfterTools: z
      .boolean()
      .describe(
        'false: a short message of the assistant is put between a tool’s result and a user message, because its models reject that order. Default: false for Mistral’s models, true for all others.',
      ),
    plainContent: z
      .boolean()
      .describe('true: text-only content is sent as one string, never as a list of parts.'),
    reasoningField: z
      .enum([...thoughtFields, 'content'])
      .describe(
        'Field in which readable reasoning is sent back. content: as parts of type thinking. In replies, all of these fields are read. Default: the field in which the model returned it.',
      ),
    demandsThoughts: z
      .boolean()
      .describe(
        'true: the provider rejects earlier tool calls without the reasoning that led to them; if it is lost, blank reasoning is sent.',
      ),
    cachedTokensField: z
      .enum(['cached_tokens', 'num_cached_tokens'])
      .describe('Field of usage that counts cached prompt tokens.'),
    tellsCost: z
      .enum(['cost', 'cost.total_cost', 'cost_in_usd_ticks'])
      .describe('Field of usage with the amount charged; it is booked instead of tokens times price.'),
    streamUsage: z.boolean().describe('false: the provider rejects stream_options.include_usage.'),
    schemaMode: z
      .enum(['json-schema', 'json-object', 'none'])
      .describe('Supported structured output: a JSON schema, only a JSON object, or none.'),
    schemaModels: z
      .array(z.string())
      .describe(
        'Patterns of the models that can be held to a JSON schema; others get a JSON object. Default: all.',
      ),
    formatAlone: z
      .boolean()
      .describe(
        'true: an output format excludes streams and tools; the answer is requested whole, and with tools the format is put into words.',
      ),
    formatWithTools: z
      .boolean()
      .describe(
        'false: a model that is held to an output format calls no tool; while tools are offered, the format is put into words. Default: false for local servers and Scaleway, true for all others.',
      ),
    objectSchemas: z
      .boolean()
      .describe(
        'true: schemas of tools and answers must be objects at the top, without a union, `enum` or `not` there; others are rewritten or put into words. Default: true for OpenAI, Azure and OpenAI’s models.',
      ),
    refuses: z
      .array(z.string())
      .describe(
        'Request fields that the provider rejects; they are left out with a warning. A request that requires one of them (n, sound, a search) goes to another provider, or is refused.',
      ),
    actsOn: z
      .record(z.string(), z.array(z.string()))
      .describe(
        'The models, by patterns of their names, that act on a request field which most servers ignore: `audio`, `moderation`, `plugins`, `web_search_options`. A request with such a field that names no model goes to one of them; if there is none, the answer has a warning. Default: what is known of OpenAI, Azure, OpenRouter and Perplexity.',
      ),
    modelRefuses: z
      .record(z.string(), z.array(z.string()))
      .describe(
        'Rejected request fields of single models, by patterns of their names; the first match applies.',
      ),
    messageMembers: z
      .array(z.string())
      .describe('Fields that messages may have besides role; others are left out. Default: any.'),
    refusals: z
      .boolean()
      .describe(
        'true: assistant messages may have the field refusal; otherwise it is sent as their content. Default: true for OpenAI and Azure.',
      ),
    continues: z
      .enum(['prefix', 'partial', 'never'])
      .describe(
        'Field that marks a final assistant message as one to continue. never: the provider rejects a final assistant message.',
      ),
    imageTypes: z
      .array(z.string())
      .describe('Supported image types; other images are refused before they are sent. Default: any.'),
    documentTypes: z
      .array(z.string())
      .describe(
        'Types of documents accepted as files in openai-chat; others are refused before they are sent, or go to another provider. Default: any; PDF for OpenAI and Azure.',
      ),
    documentPart: z
      .enum(['file', 'document_url', 'none'])
      .describe(
        'Content part in which the provider accepts a document. none: a request with one goes to another provider. Default: file; document_url for Mistral, none for Groq.',
      ),
    maxStopSequences: z
      .int()
      .positive()
      .describe(
        'Maximum number of stop sequences; the rest is left out with a warning. Default: 4 for OpenAI and Azure, any number for most others.',
      ),
    maxTools: z
      .int()
      .positive()
      .describe(
        'Maximum number of tools in a request; a request with more goes to another provider, or is refused. Default: 128 for OpenAI, Azure and Groq, any number for all others.',
      ),
    embeddingBatch: z
      .record(z.string(), z.int().positive())
      .describe(
        'Maximum number of texts in one request for embeddings, by patterns of model names; the first match applies. A call with more texts is sent as several requests; each counts in the limits of its deployment. Default: 100 for Google, 96 for Cohere and 1 for Amazon on Bedrock, any number for all others.',
      ),
    embedsTokens: z
      .boolean()
      .describe(
        'false: embeddings are requested for texts only, not for tokens. Default: false for Google, Mistral and Ollama.',
      ),
    reasoningEfforts: efforts.describe(
      'Supported reasoning efforts; others are mapped to the nearest one. Default: low, medium and high, or what is known about the model.',
    ),
    modelEfforts: z
      .record(z.string(), efforts)
      .describe(
        'Supported reasoning efforts of single models, by patterns of their names; the first match applies. Empty: no effort is sent.',
      ),
    roundsEffortsUp: z
      .boolean()
      .describe(
        'true: an unsupported reasoning effort is sent as the next higher one. Default: true for Moonshot; for all others it is sent as the next lower one.',
      ),
    thinkingSwitch: z
      .enum(['thinking', 'enable_thinking'])
      .describe('Request field that disables thinking, used instead of the effort none.'),
    alwaysThinks: z
      .array(z.string())
      .describe('Patterns of the models that reject the field of thinkingSwitch, because they always think.'),
    forcedToolChoice: forcedToolChoice.describe(
      'false: a tool call cannot be forced. without-thinking: only if the model does not think. unnamed: a call can be forced, but not that of a particular tool.',
    ),
    modelForcedToolChoice: z
      .record(z.string(), forcedToolChoice)
      .describe(
        'What forcedToolChoice says, for single models, by patterns of their names; the first match applies.',
      ),
    openaiTools: z
      .boolean()
      .describe(
        'true: OpenAI’s custom tools, `allowed_tools` and the older `functions` are sent unchanged. Default: true for OpenAI and Azure; for all others they become plain functions.',
      ),
    takesAttribution: z
      .boolean()
      .describe(
        'true: the provider accepts the line x-anthropic-billing-header at the start of Claude Code’s system prompt. Default: true for Anthropic only.',
      ),
    promptCacheKey: z
      .boolean()
      .describe(
        'true: the provider accepts prompt_cache_key, which is set from the client’s session. Default: true for OpenAI, Azure and Mistral.',
      ),
    sessionHeader: z
      .string()
      .regex(/^[a-z0-9-]+$/, 'must be a header name in small letters')
      .describe(
        'Request header in which the provider is told which conversation a call belongs to, so that it finds its cached prompt. Default: x-grok-conv-id for xAI.',
      ),
    rewritesReplies: z
      .boolean()
      .describe("true: its replies break OpenAI's clients, so they are rewritten instead of relayed."),
    extraBody: z
      .record(
        z
          .string()
          .refine((name) => !setPerCall.has(name), 'is written for each call; it cannot be fixed here')
          .refine((name) => !asksFurtherModels.has(name), inAnAlias),
        z.json(),
      )
      .refine((body) => !asksForCandidates(body), {
        path: ['generationConfig', 'candidateCount'],
        message: 'is written for each call; it cannot be fixed here',
      })
      .superRefine(refuseFurtherModels)
      .describe(
        'Fields added to the body of every request, of any JSON type. An object is merged with that of the request; anything else replaces it. Not for the model, further models, the conversation or the tools.',
      ),
    path: z.string().startsWith('/').describe('Path of model calls, relative to the base URL.'),
    defaultMaxTokens: tokens.describe(
      'Output limit to send if the dialect requires one and the request has none.',
    ),
    betas: z
      .array(z.string())
      .describe(
        'Accepted beta features (anthropic-beta, openai-beta), as patterns. Default: all; none for built-in compatible providers.',
      ),
    refusesReasoningObject: z
      .boolean()
      .describe(
        'true: the provider rejects OpenRouter’s "reasoning" object and its budget; an effort is sent instead.',
      ),
    reasoningBudget: z
      .boolean()
      .describe(
        'true: the provider accepts a thinking budget in tokens as reasoning.max_tokens, like OpenRouter.',
      ),
    choosesProviders: z
      .boolean()
      .describe(
        'true: the provider accepts the fields provider and usage, like OpenRouter; they are passed on.',
      ),
    shortensPrompts: z
      .boolean()
      .describe(
        'true: the provider shortens prompts as Anthropic and OpenAI do: summaries, context_management, truncation. Set false for anthropic, openai or azure at the address of a server that does not. Default: true for these three.',
      ),
    cacheControl: z.boolean().describe('true: the provider accepts Anthropic’s cache_control in messages.'),
    toolCallIdLength: z
      .int()
      .min(4)
      .max(40)
      .describe('Required length of tool-call ids. Default: 9 for Mistral’s models, any for others.'),
  })
  .partial()
  .describe("Differences between the provider and its dialect's original API.");

/** Headers that control how a request is framed and encoded: another value breaks every call. */
const setByUs: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A provider under `providers`: a new one with its own address, or overrides of a built-in one. */
export const providerSchema = z.strictObject({
  dialect: z
    .enum(dialectIds)
    .optional()
    .describe(
      'API format. Required for a provider that is not built in; for a built-in one it forces this format.',
    ),
  baseUrl: baseUrl
    .optional()
    .describe(
      "Base URL. OpenAI-like APIs end in /v1, Google's in /v1beta, others have no path. A built-in provider keeps its quirks at another address, as behind a proxy.",
    ),
  apiKey: headerText
    .optional()
    .describe('API key, usually as "${SOME_VARIABLE}"; only sent to this provider\'s own address.'),
  headers: z
    .record(
      z
        .string()
        .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not the name of a header')
        .refine(
          (name) => !setByUs.has(name.toLowerCase()),
          'is set by Conclave for each request; leave it out',
        ),
      headerText,
    )
    .optional()
    .describe('Headers sent with every request to this provider.'),
  quirks: quirks.optional(),
  region: trimmed
    .optional()
    .describe('Region of the provider: for routing.allow, and the AWS region of Bedrock.'),
  accessKeyId: trimmed.optional().describe('AWS access key id. Default: the AWS credential chain.'),
  secretAccessKey: trimmed.optional().describe('AWS secret access key.'),
  sessionToken: trimmed.optional().describe('AWS session token, for temporary credentials.'),
  callerKeys: z
    .boolean()
    .optional()
    .describe(
      'Callers may send their own key for this provider, as x-conclave-provider-key: <provider>=<key>. Without apiKey they must.',
    ),
  local: z
    .boolean()
    .optional()
    .describe(
      'true: the provider runs on your own machines: private and free of charge. Default: true for the servers that docs/providers.md lists as local, as long as their address is on your own network.',
    ),
  zeroDataRetention: z
    .boolean()
    .optional()
    .describe(
      'true: the provider keeps none of your data and trains no models on it, by your contract with it. Calls with provider.zdr or provider.data_collection: deny go only to such providers, to local ones, and to those that observe these fields themselves (OpenRouter).',
    ),
});

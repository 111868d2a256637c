import { z } from 'zod';
import { dialectIds, thoughtFields } from '../core/wire/content.ts';
import { baseUrl, headerText, tokens } from './units.ts';

const efforts = z.array(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']));

const quirks = z
  .strictObject({
    maxTokensField: z
      .enum(['max_tokens', 'max_completion_tokens'])
      .describe(
        'Member that carries the output limit, whichever the client wrote. Default: max_completion_tokens for OpenAI, Azure and whoever else asks for it, max_tokens for all others, providers of your own among them.',
      ),
    userField: z.enum(['user', 'user_id']).describe('Request member for the end user’s id.'),
    systemRole: z
      .enum(['system', 'developer'])
      .describe(
        'Role that carries instructions, whichever the client wrote. Default: the client’s own for OpenAI and Azure, system for all others, providers of your own among them.',
      ),
    systemTurns: z
      .boolean()
      .describe(
        'false: system messages after the first are joined to it, since the templates of its models refuse them. Default: false for local servers, providers of your own and Qwen’s models, true for all others.',
      ),
    plainContent: z
      .boolean()
      .describe('true: content that is text alone is sent as one string, never as a list of parts.'),
    reasoningField: z
      .enum([...thoughtFields, 'content'])
      .describe(
        'Member in which readable reasoning is sent back. content: as parts of type thinking in it. Default: the one in which the model told it; any of these is read.',
      ),
    demandsThoughts: z
      .boolean()
      .describe(
        'true: tool calls of earlier turns are refused without the reasoning that led to them; where it is lost, a blank one is sent.',
      ),
    cachedTokensField: z
      .enum(['cached_tokens', 'num_cached_tokens'])
      .describe('Member of usage that counts cached prompt tokens.'),
    tellsCost: z
      .enum(['cost', 'cost.total_cost', 'cost_in_usd_ticks'])
      .describe(
        'Member of usage in which it says what it charged: that is booked, in place of what the price makes of the tokens.',
      ),
    streamUsage: z.boolean().describe('false: stream_options.include_usage is refused.'),
    schemaMode: z
      .enum(['json-schema', 'json-object', 'none'])
      .describe('How far a JSON schema can be asked for.'),
    refuses: z.array(z.string()).describe('Request members that are refused; left out with a warning.'),
    modelRefuses: z
      .record(z.string(), z.array(z.string()))
      .describe('The same of single models, by patterns of their names: the first match counts.'),
    messageMembers: z
      .array(z.string())
      .describe('Members that messages may have beside role; others are left out. Default: any.'),
    continues: z
      .enum(['prefix', 'partial', 'never'])
      .describe(
        'Member that marks an assistant message at the end of a conversation as one to continue; never: it refuses such an end.',
      ),
    imageTypes: z
      .array(z.string())
      .describe('The types of images that it takes; others are refused before they are sent. Default: any.'),
    mostStopSequences: z
      .int()
      .positive()
      .describe(
        'The most stop sequences that it takes; others are left out with a warning. Default: any number.',
      ),
    mostTools: z
      .int()
      .positive()
      .describe(
        'The most tools that a request may offer; one with more goes to another provider, or is refused. Default: 128 for OpenAI, Azure and Groq, any number for all others.',
      ),
    reasoningEfforts: efforts.describe(
      'The efforts it knows; others go to the nearest. Default: low, medium and high, or what is known of the model.',
    ),
    modelEfforts: z
      .record(z.string(), efforts)
      .describe(
        'The same for single models, by patterns of their names: the first match counts. Empty: no word for effort is sent.',
      ),
    thinkingSwitch: z
      .enum(['thinking', 'enable_thinking'])
      .describe('Member that keeps its models from thinking, in the place of the effort none.'),
    forcedToolChoice: z
      .union([z.boolean(), z.literal('without-thinking')])
      .describe('false: a tool call cannot be forced; without-thinking: not while the model thinks.'),
    legacyFunctions: z
      .boolean()
      .describe('true: it takes `functions` as they are; by default they are offered as tools.'),
    takesAttribution: z
      .boolean()
      .describe(
        'true: it takes the line x-anthropic-billing-header with which Claude Code begins its system prompt. Default: Anthropic alone.',
      ),
    promptCacheKey: z
      .boolean()
      .describe(
        'true: it takes prompt_cache_key, and is told the client’s session in it. Default: OpenAI and Azure.',
      ),
    rewritesReplies: z
      .boolean()
      .describe("true: its replies break OpenAI's clients, so they are written anew instead of relayed."),
    extraBody: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .describe('Members sent with every request.'),
    path: z.string().startsWith('/').describe('Path of the call below the base URL.'),
    defaultMaxTokens: tokens.describe(
      'Output limit to send where the dialect demands one and nobody names it.',
    ),
    betas: z
      .array(z.string())
      .describe('Beta features (anthropic-beta, openai-beta) that it takes, as patterns. Default: all.'),
    refusesReasoningObject: z
      .boolean()
      .describe('true: OpenRouter’s "reasoning" object is refused; it is told as reasoning_effort.'),
    reasoningBudget: z
      .boolean()
      .describe('true: it takes a thinking budget in tokens as reasoning.max_tokens, as OpenRouter does.'),
    choosesSellers: z
      .boolean()
      .describe('true: it takes provider and usage as OpenRouter does; they are passed on to it.'),
    cacheControl: z.boolean().describe('true: Anthropic-like cache_control in messages is understood.'),
    toolCallIdLength: z.int().min(4).max(40).describe('Tool-call ids must have this length (Mistral: 9).'),
  })
  .partial()
  .describe("Habits in which a seller differs from its dialect's inventor.");

/** A provider under `providers`: an address of its own, or what differs from the built-in one. */
/** What says how a request's bytes are sent and where it ends: another value breaks every call. */
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

export const providerSchema = z.strictObject({
  dialect: z
    .enum(dialectIds)
    .optional()
    .describe('Wire format; required for a provider that is not built in, else it forces one.'),
  baseUrl: baseUrl.optional().describe("OpenAI-like ones end in /v1, Google's in /v1beta, others are bare."),
  apiKey: headerText
    .optional()
    .describe('Usually "${SOME_VARIABLE}"; goes to this provider\'s own address only.'),
  headers: z
    .record(
      z
        .string()
        .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header')
        .refine(
          (name) => !setByUs.has(name.toLowerCase()),
          'is set by Conclave for each request; leave it out',
        ),
      headerText,
    )
    .optional()
    .describe('Sent with every request to this provider.'),
  quirks: quirks.optional(),
  region: z.string().optional().describe('Where it runs: for routing.allow, and the AWS region of Bedrock.'),
  accessKeyId: z.string().optional().describe('AWS; without it the AWS credential chain is asked.'),
  secretAccessKey: z.string().optional(),
  sessionToken: z.string().optional(),
  callerKeys: z
    .boolean()
    .optional()
    .describe(
      'Callers may send their own key for it, as x-conclave-provider-key: <provider>=<key>. Without apiKey they must.',
    ),
  local: z.boolean().optional().describe('Runs on machines of yours: private, without a bill.'),
});

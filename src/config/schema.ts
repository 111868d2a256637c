import { z } from 'zod';
import { dialectIds } from '../core/content.ts';
import { logLevels } from '../core/log.ts';
import { balanceStrategyNames } from '../core/balance.ts';
import { capabilities } from '../core/model.ts';
import { routingModes } from '../core/plan.ts';
import { taskTypes, tiers } from '../core/task.ts';

const ms = z.number().int().positive();
const tokens = z.number().int().positive();
const usdPerMillion = z.number().nonnegative();

const quirks = z
  .strictObject({
    maxTokensField: z
      .enum(['max_tokens', 'max_completion_tokens'])
      .describe('Member that carries the output limit.'),
    systemRole: z.enum(['system', 'developer']).describe('Role that carries system prompts.'),
    reasoningField: z
      .enum(['reasoning_content', 'reasoning', 'reasoning_text'])
      .describe('Member that carries readable reasoning.'),
    cachedTokensField: z
      .enum(['cached_tokens', 'num_cached_tokens'])
      .describe('Member of usage that counts cached prompt tokens.'),
    streamUsage: z.boolean().describe('false: stream_options.include_usage is refused.'),
    schemaMode: z
      .enum(['json-schema', 'json-object', 'none'])
      .describe('How far a JSON schema can be asked for.'),
    refuses: z.array(z.string()).describe('Request members that are refused; left out with a warning.'),
    reasoningEfforts: z
      .array(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']))
      .describe('The efforts it knows; others go to the nearest.'),
    forcedToolChoice: z.boolean().describe('false: a tool call cannot be forced.'),
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
    choosesSellers: z
      .boolean()
      .describe('true: it takes models, provider and usage as OpenRouter does; they are passed on to it.'),
    cacheControl: z.boolean().describe('true: Anthropic-like cache_control in messages is understood.'),
    toolCallIdLength: z.int().min(4).max(40).describe('Tool-call ids must have this length (Mistral: 9).'),
  })
  .partial()
  .describe("Habits in which a seller differs from its dialect's inventor.");

const provider = z.strictObject({
  dialect: z
    .enum(dialectIds)
    .optional()
    .describe('Wire format; required for a provider that is not built in, else it forces one.'),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("OpenAI-like ones end in /v1, Google's in /v1beta, others are bare."),
  apiKey: z
    .string()
    .min(1)
    .optional()
    .describe('Usually "${SOME_VARIABLE}"; goes to this provider\'s own address only.'),
  headers: z.record(z.string(), z.string()).optional().describe('Sent with every request to this provider.'),
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

const price = z
  .strictObject({
    input: usdPerMillion.describe('Prompt tokens.'),
    output: usdPerMillion.describe('Answer tokens, reasoning included unless priced apart.'),
    cacheRead: usdPerMillion.optional().describe('Default: as input.'),
    cacheWrite: usdPerMillion.optional().describe('Default: as input.'),
    reasoning: usdPerMillion.optional().describe('Default: as output.'),
  })
  .describe('USD per million tokens.');

const model = z.strictObject({
  id: z
    .string()
    .regex(/^[^/\s]+\/\S+$/, 'must be "provider/name"')
    .describe('provider/name; only the first / splits.'),
  family: z.string().optional().describe('Who trained it; consensus takes models of different families.'),
  tier: z.enum(tiers).optional(),
  contextWindow: tokens.optional(),
  maxOutputTokens: tokens.optional(),
  capabilities: z
    .array(z.enum(capabilities))
    .optional()
    .describe('What it can do; those not listed count as missing.'),
  price: price.optional().describe('USD per million tokens; without it the price is unknown, never zero.'),
});

const deployment = z.strictObject({
  model: z.string().describe('An id, an alias or a pattern of ids (openai/*).'),
  provider: z.string().optional().describe("Default: the model id's own prefix."),
  apiKey: z.string().min(1).optional().describe("Default: the provider's."),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Default: the provider's."),
  region: z.string().optional().describe("Where it runs. Default: the provider's."),
  weight: z.number().positive().default(1).describe('Its share of the calls.'),
  rpm: z.number().int().positive().optional().describe('Requests per minute.'),
  tpm: z.number().int().positive().optional().describe('Tokens per minute.'),
  concurrency: z.number().int().positive().optional().describe('Requests at one time.'),
  price: price.optional().describe("Where it is not the model's own: USD per million tokens."),
});

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item, z.array(item).min(1)]).transform((given) => (Array.isArray(given) ? given : [given]));

const rule = z.strictObject({
  name: z.string().optional().describe('Shown where the rule decided.'),
  when: z
    .strictObject({
      task: oneOrMore(z.enum(taskTypes)).optional(),
      tag: oneOrMore(z.string()).optional(),
      tool: oneOrMore(z.string()).optional().describe('The MCP tool that asks.'),
      key: oneOrMore(z.string()).optional().describe('The name of the virtual key.'),
      prompt: z.string().optional().describe('A regular expression, without regard to case.'),
      moreTokensThan: z.number().int().nonnegative().optional(),
      fewerTokensThan: tokens.optional(),
    })
    .default({})
    .describe('All of it must hold; of a list, one item.'),
  use: oneOrMore(z.string()).describe(
    'Tiers, families, model ids, patterns (openai/*) or local, in this order.',
  ),
});
const balance = z
  .strictObject({
    strategy: z
      .enum(balanceStrategyNames)
      .default('least-busy')
      .describe('Which deployment of a model is asked first.'),
    sticky: z
      .boolean()
      .default(true)
      .describe('A conversation goes back to the deployment where its prompt is cached.'),
    queueMs: z
      .number()
      .int()
      .nonnegative()
      .default(2_000)
      .describe(
        'The longest a call waits where every deployment is at its limit; one whose turn will not come by half of it is a 429 at once.',
      ),
  })
  .prefault({});

const timeouts = z
  .strictObject({
    connectMs: ms.default(5_000),
    firstByteMs: ms.default(60_000),
    idleMs: ms.default(60_000),
    totalMs: ms.default(600_000),
  })
  .prefault({});

/** The whole of `conclave.yaml`. Strict: a key that is not here is an error that names the nearest one. */
export const configSchema = z.strictObject({
  server: z
    .strictObject({
      host: z
        .string()
        .default('127.0.0.1')
        .describe('A host that is not loopback needs keys; they are always on.'),
      port: z.number().int().min(0).max(65_535).default(4141).describe('0 takes any free one.'),
      allowedHosts: z
        .array(z.string())
        .default([])
        .describe('Host header names to accept besides the bound one.'),
      maxBodyBytes: z
        .number()
        .int()
        .positive()
        .default(33_554_432)
        .describe('A larger request body is refused.'),
      drainMs: ms.default(30_000).describe('How long a stop waits for open streams.'),
      stalledReaderMs: ms
        .default(120_000)
        .describe('A client that takes nothing of its stream for this long is taken for gone.'),
      memoryMb: z
        .number()
        .int()
        .positive()
        .default(256)
        .describe('Near this, memory is saved at the cost of CPU. More buys speed; it is no hard limit.'),
    })
    .prefault({}),
  providers: z.record(z.string().regex(/^[^/\s]+$/), provider).default({}),
  models: z.array(model).default([]).describe('Models that the catalogue does not know, or knows wrongly.'),
  deployments: z
    .array(deployment)
    .default([])
    .describe(
      "Further keys, regions or hosts of a model. An entry without apiKey, baseUrl, region or another provider sets the terms of the provider's own.",
    ),
  aliases: z.record(z.string(), z.string()).default({}).describe('Names that people may type for a model.'),
  routing: z
    .strictObject({
      default: z.string().default('auto').describe('The model of a call that names none.'),
      policy: z
        .string()
        .optional()
        .describe(
          'How auto chooses among the models that fit. Default: learned where mode or quality is set, else auto.',
        ),
      mode: z
        .enum(routingModes)
        .optional()
        .describe('How much quality counts beside money and time. Default: balanced.'),
      quality: z
        .number()
        .gt(0)
        .max(1)
        .optional()
        .describe("0.99: at least 99 % of the best model's quality, at the least cost. Precedes mode."),
      pin: z.string().optional().describe('The one model of every call that leaves the choice open.'),
      rules: z.array(rule).default([]).describe('Where calls of a kind go; the first match wins.'),
      weights: z
        .strictObject({
          quality: z.number().nonnegative().default(1),
          cost: z.number().nonnegative().default(1),
          latency: z.number().nonnegative().default(1),
        })
        .optional()
        .describe('For the policy weighted; only their proportions count.'),
      cascade: z
        .strictObject({
          threshold: z
            .number()
            .gt(0)
            .lt(1)
            .optional()
            .describe(
              'The chance of being right that an answer needs. Default: learned for the wanted quality.',
            ),
          samples: z
            .number()
            .int()
            .min(1)
            .max(7)
            .default(1)
            .describe('How often the first model is asked, to see whether it agrees with itself.'),
          judge: z
            .boolean()
            .default(false)
            .describe('A small model of another family judges what stays open.'),
        })
        .prefault({}),
      exploration: z
        .number()
        .min(0)
        .max(0.05)
        .default(0.03)
        .describe(
          'Share of learned choices that try another model to learn of it; never for critical calls.',
        ),
      retries: z
        .number()
        .int()
        .min(0)
        .max(10)
        .default(2)
        .describe('Further tries at one deployment for failures that may pass.'),
      fallbacks: z
        .record(z.string(), z.array(z.string()))
        .default({})
        .describe(
          'Per model id or pattern ("anthropic/*"): what to try after it, in order. Replaces the default chain.',
        ),
      allow: z
        .strictObject({
          providers: z.array(z.string()).min(1).optional().describe('Provider ids or patterns (azure*).'),
          regions: z
            .array(z.string())
            .min(1)
            .optional()
            .describe('Regions or patterns (eu-*), as providers and deployments name theirs.'),
        })
        .optional()
        .describe('Where data may go; local models may always see them. Default: anywhere.'),
      balance: balance.describe('How calls are shared out among the deployments of one model.'),
      timeouts,
    })
    .prefault({}),
  media: z
    .strictObject({
      fetch: z
        .boolean()
        .default(false)
        .describe(
          'Fetch images and documents at URLs for providers that take bytes only (Bedrock, Gemini, Ollama).',
        ),
      maxBytes: z.number().int().positive().default(10_485_760).describe('Of one of them.'),
      timeoutMs: ms.default(10_000),
      trustedHosts: z
        .array(z.string())
        .default([])
        .describe('Hosts (name or name:port) to fetch from although their addresses are not public.'),
    })
    .prefault({}),
  reserve: z
    .strictObject({
      outputTokens: tokens.default(8_192).describe('Answer tokens reserved where a call sets no limit.'),
    })
    .prefault({}),
  tools: z
    .strictObject({
      disabled: z.array(z.string()).default([]).describe('Tools that nobody is offered.'),
      roots: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Folders that tools may read over stdio and CLI. Default: the working directory.'),
      keyRoots: z
        .record(z.string(), z.array(z.string()))
        .default({})
        .describe('Per key, by name or id: folders that its tools may read over HTTP. Default: none.'),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      access: z
        .enum(['key', 'loopback', 'open'])
        .default('key')
        .describe(
          'Who may read /metrics: the admin key and the local key; also whoever asks from this machine; everybody.',
        ),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(logLevels)
        .default('info')
        .describe('What serve and mcp write to standard error; info has a line per request.'),
    })
    .prefault({}),
  ledger: z
    .strictObject({
      retainDays: z
        .number()
        .positive()
        .optional()
        .describe('Older calls are deleted by serve, every hour. Default: none is.'),
      keepBodies: z.boolean().default(false).describe('Store prompts and answers with their rows.'),
    })
    .prefault({}),
});

/** A checked configuration, defaults filled in. */
export type Config = z.output<typeof configSchema>;
/** A configuration as people write it. */
export type ConfigInput = z.input<typeof configSchema>;
export type ProviderConfig = Config['providers'][string];
export type DeploymentEntry = Config['deployments'][number];

import { z } from 'zod';
import { logLevels } from '../core/log.ts';
import { deploymentSchema, modelSchema } from './model-schema.ts';
import { providerSchema } from './provider-schema.ts';
import { routingSchema } from './routing-schema.ts';
import { ms, tokens } from './units.ts';

/** `*`, `*.name`, `name`, `name:port`, an IPv6 address bare or in brackets: anything else is no `Host`, and would allow nobody. */
const hostPattern =
  /^(?:\*(?:\.[a-z0-9._-]+)?|[a-z0-9._-]*[a-z0-9_-](?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*)$/i;

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
        .array(
          z.string().regex(hostPattern, {
            error: 'a name or an address, perhaps with a port, is needed, without a scheme or a path',
          }),
        )
        .default([])
        .describe(
          'Names and addresses (`Host`) to answer to besides loopback ones and the bound one: `gateway.example`, `10.0.0.7:4141`, `*.team.example`, `*` for all. Pages of these may call, too. `/health/*` answers to any.',
        ),
      maxBodyBytes: z
        .number()
        .int()
        .positive()
        .default(33_554_432)
        .describe('A larger request body is refused.'),
      foreignIds: z
        .boolean()
        .default(false)
        .describe(
          'Virtual keys may name stored answers and conversations that nobody was given here (previous_response_id); what another key was given stays its own.',
        ),
      drainMs: ms.default(30_000).describe('How long a stop waits for open streams.'),
      stalledReaderMs: ms
        .default(120_000)
        .describe('A client that takes nothing of its stream for this long is taken for gone.'),
      memoryMb: z
        .number()
        .int()
        .positive()
        .default(256)
        .describe(
          'Near this, while a hundred exchanges and more are open, memory is saved at the cost of CPU; it is no hard limit.',
        ),
    })
    .prefault({}),
  providers: z.record(z.string().regex(/^[^/\s]+$/), providerSchema).default({}),
  models: z
    .array(modelSchema)
    .superRefine(refuseTwins)
    .default([])
    .describe('Models that the catalogue does not know, or knows wrongly.'),
  deployments: z
    .array(deploymentSchema)
    .default([])
    .describe(
      "Further keys, regions or hosts of a model. An entry without apiKey, baseUrl, region or another provider sets the terms of the provider's own.",
    ),
  aliases: z.record(z.string(), z.string()).default({}).describe('Names that people may type for a model.'),
  routing: routingSchema,
  media: z
    .strictObject({
      fetch: z
        .boolean()
        .default(false)
        .describe(
          'Fetch images and documents at URLs for providers that take bytes only (Bedrock, Gemini, Ollama).',
        ),
      maxBytes: z.number().int().positive().default(10_485_760).describe('Of one of them.'),
      maxRequestBytes: z
        .number()
        .int()
        .positive()
        .default(25_165_824)
        .describe('Of all of one request: as base64 what `server.maxBodyBytes` lets a client send.'),
      maxFiles: z.number().int().positive().default(100).describe('Of one request.'),
      timeoutMs: ms.default(10_000).describe('Of one of them.'),
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
      allowedSecrets: z
        .array(z.string().refine(isPattern, 'must be a regular expression'))
        .default([])
        .describe(
          'Secrets that tools may send as they stand: regular expressions of whole secrets, as of the keys of tests.',
        ),
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

/** Reads what somebody wrote; interpreted, because a schema that is used once is compiled for nothing. */
export function checkedConfig(value: unknown): z.ZodSafeParseResult<Config> {
  return configSchema.safeParse(value, { jitless: true, reportInput: true });
}

/** A checked configuration, defaults filled in. */
export type Config = z.output<typeof configSchema>;
/** A configuration as people write it. */
export type ConfigInput = z.input<typeof configSchema>;
export type ProviderConfig = Config['providers'][string];
export type DeploymentEntry = Config['deployments'][number];

/** Of two descriptions of one model, one would not hold, and nobody would know which. */
function refuseTwins(models: readonly { readonly id: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [at, { id }] of models.entries()) {
    if (seen.has(id))
      context.addIssue({ code: 'custom', path: [at, 'id'], message: `${id} is described twice` });
    seen.add(id);
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

import { z } from 'zod';
import { logLevels } from '../../core/telemetry/log.ts';
import { deploymentSchema, modelSchema } from './model-schema.ts';
import { providerSchema } from './provider-schema.ts';
import { routingSchema } from './routing-schema.ts';
import { ms, tokens } from './value-schemas.ts';

/**
 * `*`, `*.name`, `name`, `name:port`, or an IPv6 address with or without brackets, or the origin of an app: anything
 * else can be neither and would allow nothing.
 */
const hostPattern =
  /^(?:\*(?:\.[a-z0-9._-]+)?|[a-z0-9._-]*[a-z0-9_-](?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*|(?!https?:)[a-z][a-z0-9+.-]*:\/\/(?:\*|[a-z0-9._-]+(?::\d{1,5})?))$/i;

/** Schema of `conclave.yaml`. Strict: an unknown key is an error that names the nearest one. */
export const configSchema = z.strictObject({
  server: z
    .strictObject({
      host: z
        .string()
        .default('127.0.0.1')
        .describe('Address to listen on. Keys are required at any address.'),
      port: z
        .number()
        .int()
        .min(0)
        .max(65_535)
        .default(4141)
        .describe('Port to listen on; 0 picks a free one.'),
      allowedHosts: z
        .array(
          z.string().regex(hostPattern, {
            error:
              'a name or an address, perhaps with a port, is needed, without http:// or a path, or the origin of an app (app://obsidian.md)',
          }),
        )
        .default([])
        .describe(
          'Allowed values of the `Host` header besides loopback names and the bound address: `gateway.example`, `10.0.0.7:4141`, `*.team.example`, `*` for all. Web pages of these origins may call, too, and apps whose origin is listed (`app://obsidian.md`, `vscode-webview://*`). `/health/*` accepts any host.',
        ),
      maxBodyBytes: z
        .number()
        .int()
        .positive()
        .default(33_554_432)
        .describe('Maximum size of a request body; larger ones are refused.'),
      maxUploadBytesPerKey: z
        .number()
        .int()
        .positive()
        .default(268_435_456)
        .describe(
          'Maximum size of what has arrived of all unfinished request bodies of one key, in each process; more is refused with 429. A single body is accepted whatever its size, up to `maxBodyBytes`.',
        ),
      foreignIds: z
        .boolean()
        .default(false)
        .describe(
          'true: virtual keys may refer to stored responses and conversations that were not created through this Conclave (previous_response_id). Those of another key are always refused.',
        ),
      drainMs: ms.default(30_000).describe('How long a shutdown waits for open streams.'),
      stalledReaderMs: ms
        .default(120_000)
        .describe('A client that reads nothing from its stream for this long is disconnected.'),
      memoryMb: z
        .number()
        .int()
        .positive()
        .default(256)
        .describe(
          'Target for memory use: near it, while at least a hundred requests are open, memory is saved at the cost of CPU. Not a hard limit.',
        ),
    })
    .prefault({}),
  providers: z
    .record(z.string().regex(/^[^/\s]+$/), providerSchema)
    .default({})
    .describe('Providers by name: settings of built-in ones, and your own.'),
  models: z
    .array(modelSchema)
    .superRefine(refuseTwins)
    .default([])
    .describe('Models that are missing from the catalogue, or wrong in it.'),
  deployments: z
    .array(deploymentSchema)
    .default([])
    .describe(
      "Additional keys, regions or hosts of a model. An entry without apiKey, baseUrl, region or another provider sets the limits of the provider's own deployment.",
    ),
  aliases: z.record(z.string(), z.string()).default({}).describe('Additional names for models.'),
  routing: routingSchema,
  media: z
    .strictObject({
      fetch: z
        .boolean()
        .default(false)
        .describe(
          'true: fetch images and documents from URLs for providers that only accept bytes (Bedrock, Gemini, Ollama).',
        ),
      maxBytes: z.number().int().positive().default(10_485_760).describe('Maximum size of one file.'),
      maxRequestBytes: z
        .number()
        .int()
        .positive()
        .default(25_165_824)
        .describe(
          'Maximum size of all files of one request; as base64 this is the default of `server.maxBodyBytes`.',
        ),
      maxFiles: z.number().int().positive().default(100).describe('Maximum number of files in one request.'),
      timeoutMs: ms.default(10_000).describe('Time limit for fetching one file.'),
      trustedHosts: z
        .array(z.string())
        .default([])
        .describe('Hosts (name or name:port) to fetch from even if their addresses are not public.'),
    })
    .prefault({}),
  reserve: z
    .strictObject({
      outputTokens: tokens
        .default(8_192)
        .describe('Answer tokens to reserve for a call without an output limit.'),
    })
    .prefault({}),
  tools: z
    .strictObject({
      disabled: z.array(z.string()).default([]).describe('Tools to disable.'),
      roots: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Folders that tools may read over stdio and CLI. Default: the working directory.'),
      allowedSecrets: z
        .array(z.string().refine(isPattern, 'must be a regular expression'))
        .default([])
        .describe(
          'Secrets that tools may send unredacted, such as test keys: regular expressions that match whole secrets.',
        ),
      keyRoots: z
        .record(z.string(), z.array(z.string()))
        .default({})
        .describe('Folders that tools may read over HTTP, per key name or id. Default: none.'),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      access: z
        .enum(['key', 'loopback', 'open'])
        .default('key')
        .describe(
          'Who may read /metrics. key: the admin key and the local key; loopback: also clients on this machine; open: everyone.',
        ),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(logLevels)
        .default('info')
        .describe(
          'Lowest level that serve and mcp write to standard error; info writes one line per request.',
        ),
    })
    .prefault({}),
  ledger: z
    .strictObject({
      retainDays: z
        .number()
        .positive()
        .optional()
        .describe('serve deletes calls older than this many days, every hour. Default: calls are kept.'),
      keepBodies: z.boolean().default(false).describe('true: store prompts and answers in the ledger.'),
    })
    .prefault({}),
});

/** Validates a configuration. Uses zod's interpreter, because compiling a schema that runs once does not pay off. */
export function checkedConfig(value: unknown): z.ZodSafeParseResult<Config> {
  return configSchema.safeParse(value, { jitless: true, reportInput: true });
}

/** A validated configuration with defaults filled in. */
export type Config = z.output<typeof configSchema>;
/** A configuration as written by the user. */
export type ConfigInput = z.input<typeof configSchema>;
export type ProviderConfig = Config['providers'][string];
export type DeploymentEntry = Config['deployments'][number];

/** Rejects two descriptions of one model: only one would apply, and it would be unclear which. */
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

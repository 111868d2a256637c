import { z } from 'zod';
import { balanceStrategyNames } from '../../core/routing/plan/balance.ts';
import { routingModes } from '../../core/routing/preferences/routing-preferences.ts';
import { taskTypes } from '../../core/task.ts';
import { ms, tokens } from './value-schemas.ts';

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item, z.array(item).min(1)]).transform((given) => (Array.isArray(given) ? given : [given]));

const rule = z.strictObject({
  name: z.string().optional().describe('Name of the rule, shown in its decisions.'),
  when: z
    .strictObject({
      task: oneOrMore(z.enum(taskTypes)).optional().describe('Type of task of the call.'),
      tag: oneOrMore(z.string()).optional().describe('Tag of the call.'),
      tool: oneOrMore(z.string()).optional().describe('MCP tool that makes the call.'),
      key: oneOrMore(z.string()).optional().describe('Name of the virtual key.'),
      prompt: z
        .string()
        .optional()
        .describe(
          'Regular expression without delimiters or flags, case-insensitive; `\\w` and `\\b` know the letters of every script. Matched against the first 4,096 characters of the last user message, for at most a tenth of a second; if it takes longer, the rule is skipped with a warning.',
        ),
      moreTokensThan: z
        .number()
        .int()
        .nonnegative()
        .optional()
        .describe('The prompt has more tokens than this.'),
      fewerTokensThan: tokens.optional().describe('The prompt has fewer tokens than this.'),
    })
    .default({})
    .describe('All conditions must match; of a list, one item.'),
  use: oneOrMore(z.string()).describe(
    'Models to use, in this order: tiers, families, model ids, aliases, patterns (openai/*) or local.',
  ),
});
const balance = z
  .strictObject({
    strategy: z
      .enum(balanceStrategyNames)
      .default('least-busy')
      .describe('How the first deployment of a model is chosen.'),
    sticky: z
      .boolean()
      .default(true)
      .describe('A conversation stays with the deployment that has its prompt in the cache.'),
    queueMs: z
      .number()
      .int()
      .nonnegative()
      .default(2_000)
      .describe(
        'Longest wait if every deployment is at its limit. A call whose turn is not expected within half of it gets a 429 at once.',
      ),
  })
  .prefault({});

const timeouts = z
  .strictObject({
    connectMs: ms.default(5_000).describe('Time limit for connecting to a provider.'),
    firstByteMs: ms
      .default(60_000)
      .describe('Time limit for the first byte of a streamed reply; afterwards the next model is tried.'),
    wholeAnswerMs: ms
      .optional()
      .describe(
        'Time limit per model for the first byte of a reply that is not streamed, or that a tool requested; such a reply may arrive all at once. Afterwards the next model is tried. Default: totalMs, so that slow models may finish.',
      ),
    idleMs: ms
      .default(60_000)
      .describe(
        'Longest silence within a reply. Before the first content the next model is tried; after it the answer ends with an error.',
      ),
    thinkingMs: ms
      .optional()
      .describe(
        'Replaces firstByteMs and idleMs, if it is longer, for models that can think and for local models: some send nothing while they think, and a local server sends nothing while it loads the model and reads the prompt. Also, for models that are not known to think, the longest time that a stream may go on without content, even if the connection is alive; afterwards the next model is tried. Default: five times idleMs.',
      ),
    totalMs: ms
      .default(600_000)
      .describe(
        "Time limit of the whole call with all its attempts, streamed or not; afterwards it ends with a 504. OpenAI's and Anthropic's own clients wait as long. A call may set a shorter limit with max-latency-ms.",
      ),
  })
  .prefault({});

/** The section `routing`: which models are tried, in which order, and for how long. */
export const routingSchema = z
  .strictObject({
    default: z.string().default('auto').describe('Model for calls that name none.'),
    policy: z
      .string()
      .optional()
      .describe(
        'Policy by which auto chooses among the models that can serve the call. Default: learned if mode or quality is set, else tiered.',
      ),
    mode: z
      .enum(routingModes)
      .optional()
      .describe('How to weigh quality against cost and latency. Default: balanced.'),
    quality: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe(
        "0.99: at least 99 % of the best model's quality, at the lowest cost; meant for after `conclave router train`. Takes precedence over mode.",
      ),
    pin: z.string().optional().describe('Model for every call that leaves the choice open.'),
    rules: z
      .array(rule)
      .default([])
      .describe('Rules that send matching calls to certain models; the first match wins.'),
    weights: z
      .strictObject({
        quality: z.number().nonnegative().default(1).describe('Weight of quality.'),
        cost: z.number().nonnegative().default(1).describe('Weight of cost.'),
        latency: z.number().nonnegative().default(1).describe('Weight of latency.'),
      })
      .refine(({ quality, cost, latency }) => quality + cost + latency > 0, 'one of them must count')
      .optional()
      .describe('Weights of the policy weighted; only their ratio matters.'),
    classifier: z
      .strictObject({
        model: z
          .string()
          .default('auto:economy')
          .describe('Model to classify with; one short call, recorded below the call that it classifies.'),
        always: z
          .boolean()
          .default(false)
          .describe('true: classify every open call, even if its words make the task clear.'),
        timeoutMs: z
          .int()
          .positive()
          .default(3_000)
          .describe('Time limit; afterwards the guess from the words is used.'),
      })
      .optional()
      .describe(
        'Classifies an open call with a small model if its words do not make the task clear. Results are cached per prompt. Default: off.',
      ),
    cascade: z
      .strictObject({
        threshold: z
          .number()
          .gt(0)
          .lt(1)
          .optional()
          .describe(
            'Probability of being right at which an answer is accepted. Default: learned for the wanted quality.',
          ),
        samples: z
          .number()
          .int()
          .min(1)
          .max(7)
          .default(1)
          .describe('Number of calls to the first model, to see whether its answers agree.'),
        judge: z
          .boolean()
          .default(false)
          .describe(
            'true: a small model of another family judges answers that the other checks leave undecided.',
          ),
      })
      .prefault({}),
    exploration: z
      .number()
      .min(0)
      .max(0.05)
      .default(0.05)
      .describe(
        'Share of learned choices that try another model in order to learn about it; never for critical calls.',
      ),
    retries: z
      .number()
      .int()
      .min(0)
      .max(10)
      .default(2)
      .describe('Retries at one deployment after temporary failures.'),
    fallbacks: z
      .record(z.string(), z.array(z.string()))
      .default({})
      .describe(
        'Per model id or pattern ("anthropic/*"): models to try after it, in order. Replaces the default chain.',
      ),
    allow: z
      .strictObject({
        providers: z
          .array(z.string())
          .min(1)
          .optional()
          .describe('Allowed provider ids or patterns (azure*).'),
        regions: z
          .array(z.string())
          .min(1)
          .optional()
          .describe('Allowed regions or patterns (eu-*), as set for providers and deployments.'),
      })
      .optional()
      .describe('Where data may be sent; local models are always allowed. Default: anywhere.'),
    balance: balance.describe('How calls are distributed over the deployments of one model.'),
    timeouts,
  })
  .prefault({});

import { z } from 'zod';
import { balanceStrategyNames } from '../core/routing/balance.ts';
import { routingModes } from '../core/routing/routing-preferences.ts';
import { taskTypes } from '../core/task.ts';
import { ms, tokens } from './units.ts';

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
      prompt: z
        .string()
        .optional()
        .describe(
          'A regular expression, without regard to case; tried on the first 4,096 characters of what the user said last, for a tenth of a second at most.',
        ),
      moreTokensThan: z.number().int().nonnegative().optional(),
      fewerTokensThan: tokens.optional(),
    })
    .default({})
    .describe('All of it must hold; of a list, one item.'),
  use: oneOrMore(z.string()).describe(
    'Tiers, families, model ids, aliases, patterns (openai/*) or local, in this order.',
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
    connectMs: ms.default(5_000).describe('Until the connection to a provider stands.'),
    firstByteMs: ms
      .default(60_000)
      .describe(
        'Of a streamed answer: from the request until the provider begins to reply. Then the next model is asked.',
      ),
    wholeAnswerMs: ms
      .optional()
      .describe(
        'Of an answer that is waited for as a whole (not streamed, or asked for by a tool): how long one model may take until the first byte, which may be its end. Then the next model is asked. Default: totalMs, so a model that takes its time is waited for.',
      ),
    idleMs: ms
      .default(60_000)
      .describe(
        'The longest silence in the middle of a reply. Before the first content the next model is asked, after it the answer ends with an error.',
      ),
    thinkingMs: ms
      .optional()
      .describe(
        'Instead of firstByteMs and idleMs for models that can think, where it is more: some say nothing while they do. Also, for models that are not known to think, how long a stream may go on without content, whatever keeps its connection open; then the next model is asked. Default: five times idleMs.',
      ),
    totalMs: ms
      .default(600_000)
      .describe(
        "The whole call with all its attempts, streamed or not; then it ends with a 504. OpenAI's and Anthropic's own clients wait as long. A call may ask for less with max-latency-ms.",
      ),
  })
  .prefault({});

/** What stands under `routing`: who is asked, in which order, and for how long. */
export const routingSchema = z
  .strictObject({
    default: z.string().default('auto').describe('The model of a call that names none.'),
    policy: z
      .string()
      .optional()
      .describe(
        'How auto chooses among the models that fit. Default: learned where mode or quality is set, else tiered.',
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
      .refine(({ quality, cost, latency }) => quality + cost + latency > 0, 'one of them must count')
      .optional()
      .describe('For the policy weighted; only their proportions count.'),
    classifier: z
      .strictObject({
        model: z
          .string()
          .default('auto:economy')
          .describe('Who is asked; one short call of its own below the call that it is about.'),
        always: z.boolean().default(false).describe('true: also where the words alone are sure.'),
        timeoutMs: z.int().positive().default(3_000).describe('After that the guess by words has to do.'),
      })
      .optional()
      .describe(
        'Asks a small model what an open call is for where its words leave that open. What was said of a prompt is remembered. Default: nobody is asked.',
      ),
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
        judge: z.boolean().default(false).describe('A small model of another family judges what stays open.'),
      })
      .prefault({}),
    exploration: z
      .number()
      .min(0)
      .max(0.05)
      .default(0.05)
      .describe('Share of learned choices that try another model to learn of it; never for critical calls.'),
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
  .prefault({});

import { z } from 'zod';
import { capabilities } from '../core/model.ts';
import { tiers } from '../core/task.ts';
import { baseUrl, headerText, tokens, usdPerMillion } from './units.ts';

const price = z
  .strictObject({
    input: usdPerMillion.describe('Prompt tokens.'),
    output: usdPerMillion.describe('Answer tokens, reasoning included unless priced apart.'),
    cacheRead: usdPerMillion.optional().describe('Default: as input.'),
    cacheWrite: usdPerMillion.optional().describe('Default: as input.'),
    cacheWriteLong: usdPerMillion
      .optional()
      .describe('Written for an hour (Claude). Default: as cacheWrite, and rows are marked as estimates.'),
    inputAudio: usdPerMillion
      .optional()
      .describe('Sound in the prompt. Default: as input, and rows are marked as estimates.'),
    outputAudio: usdPerMillion
      .optional()
      .describe('Sound in the answer. Default: as output, and rows are marked as estimates.'),
    reasoning: usdPerMillion.optional().describe('Default: as output.'),
  })
  .describe('USD per million tokens.');

/** An entry of `models`. */
export const modelSchema = z.strictObject({
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

/** An entry of `deployments`: a further key, region or host of a model. */
export const deploymentSchema = z.strictObject({
  model: z
    .string()
    .describe(
      'An id, an alias or a pattern of ids (openai/*). Of several entries without apiKey, baseUrl and region, the first that fits a model counts.',
    ),
  provider: z.string().optional().describe("Default: the model id's own prefix."),
  apiKey: headerText.optional().describe("Default: the provider's."),
  baseUrl: baseUrl.optional().describe("Default: the provider's."),
  region: z.string().optional().describe("Where it runs. Default: the provider's."),
  weight: z.number().positive().default(1).describe('Its share of the calls.'),
  rpm: z.number().int().positive().optional().describe('Requests per minute.'),
  tpm: z.number().int().positive().optional().describe('Tokens per minute.'),
  concurrency: z.number().int().positive().optional().describe('Requests at one time.'),
  price: price.optional().describe("Where it is not the model's own: USD per million tokens."),
});

import { z } from 'zod';
import { capabilities } from '../../core/model.ts';
import { tiers } from '../../core/task.ts';
import { baseUrl, headerText, tokens, trimmed, usdPerMillion } from './value-schemas.ts';

const rates = {
  input: usdPerMillion.describe('USD per million prompt tokens.'),
  output: usdPerMillion.describe(
    'USD per million answer tokens, including reasoning unless that has its own price.',
  ),
  cacheRead: usdPerMillion
    .optional()
    .describe('USD per million prompt tokens read from the cache. Default: as input.'),
  cacheWrite: usdPerMillion
    .optional()
    .describe('USD per million prompt tokens written to the cache. Default: as input.'),
  cacheWriteLong: usdPerMillion
    .optional()
    .describe(
      'USD per million prompt tokens cached for an hour (Claude). Default: as cacheWrite, and costs are marked as estimates.',
    ),
  inputAudio: usdPerMillion
    .optional()
    .describe(
      'USD per million audio tokens in the prompt. Default: as input, and costs are marked as estimates.',
    ),
  outputAudio: usdPerMillion
    .optional()
    .describe(
      'USD per million audio tokens in the answer. Default: as output, and costs are marked as estimates.',
    ),
  reasoning: usdPerMillion.optional().describe('USD per million reasoning tokens. Default: as output.'),
  webSearch: usdPerMillion
    .optional()
    .describe(
      'USD per thousand web searches that the provider makes. Default: the known price of the model, if there is one.',
    ),
};

const price = z
  .strictObject({
    ...rates,
    steps: z
      .array(
        z.strictObject({
          abovePromptTokens: tokens.describe('The prompts with more tokens to which the rates apply.'),
          rates: z.strictObject(rates).describe('Prices of the whole call.'),
        }),
      )
      .optional()
      .describe(
        'Prices of long prompts. Default: those known of the model, in proportion to this price; [] for none.',
      ),
  })
  .describe('Prices in USD per million tokens.');

/** An entry of `models`. */
export const modelSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[^/\s]+\/\S+$/, 'must be "provider/name"')
    .describe('Model id as provider/name; only the first / separates the two.'),
  like: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Name of the model that it is, such as claude-sonnet-4-5, for an id that does not say so (the ARN of an inference profile, an Azure deployment, a fine-tuned model). What is known about that model applies, and requests are written for it; a price that the provider does not list under that name is given here, and so is that of a fine-tuned model (ft:…), which costs more than its base.',
    ),
  family: z
    .string()
    .optional()
    .describe(
      'Model family, such as claude or gpt; consensus uses models of different families. Without like, a model of unknown name is asked as the newest of its family.',
    ),
  tier: z.enum(tiers).optional().describe('Tier of the model, for auto:<tier> and default fallbacks.'),
  contextWindow: tokens
    .optional()
    .describe('Context window in tokens; larger requests are not sent to the model.'),
  maxOutputTokens: tokens.optional().describe('Maximum length of an answer in tokens.'),
  capabilities: z
    .array(z.enum(capabilities))
    .optional()
    .describe('Capabilities of the model; those not listed count as missing.'),
  price: price
    .optional()
    .describe('Prices in USD per million tokens; without it the price is unknown, never zero.'),
});

/** An entry of `deployments`: a further key, region or host of a model. */
export const deploymentSchema = z.strictObject({
  model: z
    .string()
    .describe(
      'Model id, alias or pattern of ids (openai/*). Of several entries without apiKey, baseUrl and region, the first that matches a model applies.',
    ),
  provider: z
    .string()
    .optional()
    .describe('Provider of this deployment. Default: the prefix of the model id.'),
  apiKey: headerText.optional().describe("API key. Default: the provider's."),
  baseUrl: baseUrl.optional().describe("Base URL. Default: the provider's."),
  region: trimmed.optional().describe("Region of the deployment. Default: the provider's."),
  weight: z.number().positive().default(1).describe('Weight of this deployment when calls are distributed.'),
  rpm: z.number().int().positive().optional().describe('Limit of requests per minute.'),
  tpm: z.number().int().positive().optional().describe('Limit of tokens per minute.'),
  concurrency: z.number().int().positive().optional().describe('Limit of concurrent requests.'),
  price: price.optional().describe("Prices in USD per million tokens. Default: the model's."),
});

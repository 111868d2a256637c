import type { Reasoning } from '../core/request.ts';

/** OpenAI's reasoning models, whoever hosts them; its `-chat` models answer without reasoning and take everything. */
const reasoningModel = /(?:^|\/)(?:o[1345](?:-|$)|gpt-(?:[5-9]|\d\d))(?!.*-chat)/;

const samplingMembers = [
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'logit_bias',
];

/**
 * Members that make an OpenAI reasoning model refuse a request which another provider would have taken. With the
 * effort `none` it samples like any other model.
 */
export function refusedByReasoningModels(model: string, reasoning: Reasoning | undefined): readonly string[] {
  return reasoningModel.test(model) && reasoning?.effort !== 'none' ? samplingMembers : [];
}

import type { JsonObject } from '../core/json.ts';
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
 * Takes out of a body, with a warning, what makes an OpenAI reasoning model refuse a request that another provider
 * would have taken. With the effort `none` it samples like any other model.
 */
export function leaveOutSampling(
  body: JsonObject,
  { model, reasoning }: { readonly model: string; readonly reasoning: Reasoning | undefined },
  warnings: string[],
): void {
  if (!reasoningModel.test(model) || reasoning?.effort === 'none') return;
  for (const member of samplingMembers) {
    if (body[member] === undefined) continue;
    delete body[member];
    warnings.push(`"${member}" was left out: ${model} does not take it.`);
  }
}

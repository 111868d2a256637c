import type { JsonObject } from '../../../core/json/json.ts';
import type { ClaudeDraft } from './draft.ts';

/**
 * Returns `temperature`, `top_p` and `top_k` as far as the model accepts them; the others are named in the warnings.
 */
export function claudeSampling({ request, habits, warnings }: ClaudeDraft, thinking: boolean): JsonObject {
  const leaveOut = (member: string, why: string) => {
    warnings.push(`"${member}" was left out: ${why}.`);
  };
  const wanted: JsonObject = {
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
  };
  const sampling: JsonObject = {};
  for (const [member, value] of Object.entries(wanted)) {
    if (value === undefined || (member !== 'top_k' && value === 1 && habits.sampling === 'none')) continue;
    if (habits.sampling === 'none') leaveOut(member, 'this model does not support it');
    else if (thinking && !(member === 'temperature' && value === 1)) leaveOut(member, 'thinking excludes it');
    else if (member === 'top_p' && habits.sampling === 'one' && sampling.temperature !== undefined) {
      leaveOut(member, 'this model accepts either it or "temperature"');
    } else sampling[member] = value;
  }
  if (typeof sampling.temperature === 'number' && sampling.temperature > 1) {
    warnings.push(`"temperature" was lowered from ${sampling.temperature} to 1, the maximum for Claude.`);
    sampling.temperature = 1;
  }
  const wordless = {
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
  };
  for (const [member, value] of Object.entries(wordless)) {
    if (value !== undefined) leaveOut(member, 'this API does not support it');
  }
  return sampling;
}

import type { JsonObject } from '../../core/json/json.ts';
import { refuse } from '../problem.ts';
import { listOf, numberOf, objectOf, textOf } from '../read-json.ts';

/**
 * Refuses what earlier generations of Claude accepted and this one does not.
 * @throws Refused with the error of the real API.
 */
export function checkClaudeTakes(body: JsonObject): void {
  const version = versionOf(textOf(body['model']));
  if (version === undefined) return;
  checkSampling(body, version);
  checkThinking(body, version);
  const last = objectOf(listOf(body['messages']).at(-1));
  if (version >= 4.6 && last['role'] === 'assistant') {
    refuse(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
}

/** Returns 4.7 for `claude-opus-4-7-20260401`; `undefined` for other models and for the oldest name pattern. */
function versionOf(model: string): number | undefined {
  const numbers = /claude-(?:opus|sonnet|haiku|fable|mythos)-(\d)(?:[-.](\d)(?!\d))?/.exec(model);
  return numbers ? Number(`${numbers[1]}.${numbers[2] ?? 0}`) : undefined;
}

const sampling = ['temperature', 'top_p', 'top_k'] as const;

function checkSampling(body: JsonObject, version: number): void {
  const given = sampling.filter((name) => body[name] !== undefined && body[name] !== null);
  if ((numberOf(body['temperature']) ?? 0) > 1) {
    refuse('temperature: range: 0..1');
  }
  const [first] = given;
  if (version >= 4.7 && first !== undefined) refuse(`\`${first}\` is deprecated for this model.`);
  if (version >= 4.5 && given.includes('temperature') && given.includes('top_p')) {
    refuse('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  }
}

function checkThinking(body: JsonObject, version: number): void {
  const type = objectOf(body['thinking'])['type'];
  if (type === 'enabled' && version >= 4.7) {
    refuse(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    );
  }
  if (type === 'adaptive' && version < 4.6) {
    refuse('adaptive thinking is not supported on this model');
  }
  if (type !== 'enabled') return;
  const temperature = numberOf(body['temperature']);
  if (temperature !== undefined && temperature !== 1) {
    refuse('`temperature` may only be set to 1 when thinking is enabled.');
  }
  const choice = objectOf(body['tool_choice'])['type'];
  if (choice === 'any' || choice === 'tool') {
    refuse('Thinking may not be enabled when tool_choice forces tool use.');
  }
}

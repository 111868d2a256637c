import type { JsonObject } from '../../core/json.ts';
import { Refused } from '../problem.ts';
import { textOf } from '../read-json.ts';

/** What OpenAI's own reasoning models refuse of a chat completion; other sellers take it. @throws Refused */
export function checkOpenaiTakes(provider: string, body: JsonObject): void {
  const model = textOf(body['model']);
  if (provider !== 'openai' || !/^(?:o\d|gpt-[5-9])/.test(model) || model.includes('chat')) return;
  if (body['max_tokens'] !== undefined && body['max_tokens'] !== null) {
    unsupported(
      'unsupported_parameter',
      'max_tokens',
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    );
  }
  const temperature = body['temperature'];
  if (/^(?:o\d|gpt-5(?:-|$))/.test(model) && typeof temperature === 'number' && temperature !== 1) {
    unsupported(
      'unsupported_value',
      'temperature',
      `Unsupported value: 'temperature' does not support ${temperature} with this model. Only the default (1) value is supported.`,
    );
  }
}

function unsupported(code: string, param: string, message: string): never {
  throw new Refused({ kind: 'invalid', status: 400, model: '', message, param, code });
}

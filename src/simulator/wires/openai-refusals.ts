import type { JsonObject } from '../../core/json/json.ts';
import { Refused } from '../problem.ts';
import { listOf, objectOf, textOf } from '../read-json.ts';

/**
 * Refuses members that OpenAI's own reasoning models reject in a chat completion; other providers accept them.
 * @throws Refused
 */
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

/** @throws Refused for more stop sequences than OpenAI accepts, or for any if the model accepts none. */
export function checkStop(provider: string, body: JsonObject): void {
  const { stop } = body;
  if (provider !== 'openai' || stop === undefined || stop === null) return;
  const model = textOf(body['model']);
  if (/^(?:o3(?!-mini)|o4|gpt-[5-9])/.test(model) && !model.includes('chat')) {
    const message = "Unsupported parameter: 'stop' is not supported with this model.";
    unsupported('unsupported_parameter', 'stop', message);
  }
  const { length } = listOf(stop);
  if (length <= 4) return;
  unsupported(
    'array_above_max_length',
    'stop',
    `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${length} instead.`,
  );
}

/** OpenAI reads other files only in Responses. @throws Refused for a file that is no PDF. */
export function checkFile(provider: string, mediaType: string, at: string): void {
  if (provider !== 'openai' || mediaType === 'application/pdf') return;
  unsupported(
    'invalid_value',
    at,
    `Invalid file data: '${at}'. Expected a base64-encoded data URL with an application/pdf MIME type (e.g. 'data:application/pdf;base64,SGVsbG8sIFdvcmxkIQ=='), but got unsupported MIME type '${mediaType}'.`,
  );
}

/** The longest end-user id that a provider accepts. https://github.com/maximhq/bifrost/pull/1000. */
const longestUsers: Readonly<Record<string, number>> = { openai: 64, azure: 64, openrouter: 128 };

/** @throws Refused for an end-user id that is too long, in either OpenAI dialect. */
export function checkEndUser(provider: string, body: JsonObject): void {
  const longest = longestUsers[provider] ?? Infinity;
  for (const member of ['user', 'safety_identifier']) {
    const { length } = textOf(body[member]);
    if (length <= longest) continue;
    unsupported(
      'string_above_max_length',
      member,
      `Invalid '${member}': string too long. Expected a string with maximum length ${longest}, but got a string with length ${length} instead.`,
    );
  }
}

/**
 * From 5.6 on, reasoning models accept only the default temperature, in either OpenAI dialect.
 * https://github.com/itzcrazykns/vane/issues/1173.
 * @throws Refused
 */
export function checkTemperature(provider: string, body: JsonObject, effort: string): void {
  const model = textOf(body['model']);
  const version = Number(/^gpt-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? 0);
  const temperature = body['temperature'];
  if (provider !== 'openai' || version < 5.6 || effort === 'none' || model.includes('chat')) return;
  if (typeof temperature !== 'number' || temperature === 1) return;
  unsupported(
    'unsupported_value',
    'temperature',
    `Unsupported value: 'temperature' does not support ${temperature} with this model. Only the default (1) value is supported.`,
  );
}

/**
 * From 5.4 on, functions and reasoning can be combined only over Responses; 5.4 itself reasons only on request. Error
 * text and members from https://github.com/GoogleChromeLabs/webmcp-tools/issues/417.
 * @throws Refused
 */
export function checkReasonedFunctions(provider: string, body: JsonObject): void {
  const model = textOf(body['model']);
  const version = Number(/^gpt-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? 0);
  if (provider !== 'openai' || version < 5.4 || model.includes('chat')) return;
  const effort = textOf(body['reasoning_effort']) || (version < 5.6 ? 'none' : 'medium');
  // https://github.com/genkit-ai/genkit/pull/6303
  if (model.startsWith('gpt-6-astra') && effort === 'max') {
    const message = `Unsupported value: 'reasoning_effort' does not support 'max' with this model. Supported values are: 'low', 'medium', 'high', and 'xhigh'.`;
    unsupported('unsupported_value', 'reasoning_effort', message);
  }
  const functions = listOf(body['tools']).some((tool) => objectOf(tool)['type'] === 'function');
  if (!functions || effort === 'none') return;
  const message = `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`;
  throw new Refused({ kind: 'invalid', status: 400, model: '', message, param: 'reasoning_effort' });
}

function unsupported(code: string, param: string, message: string): never {
  throw new Refused({ kind: 'invalid', status: 400, model: '', message, param, code });
}

import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Problem } from '../problem.ts';
import { googleRefusal } from './google-errors.ts';

/** OpenAI's error, and the problem it stands for. */
type Standard = { readonly problem: Problem; readonly error: JsonObject };

/** Providers with OpenAI's chat format that have their own error format. */
export const providerErrors: Readonly<Record<string, (standard: Standard) => JsonValue>> = {
  deepseek: ({ problem, error }) => ({ error: { ...error, ...deepseekWords(problem) } }),
  google: ({ problem }) => [googleRefusal(problem).body],
  groq: ({ error: { message, type, code } }) => ({
    error: { message, type, ...(code === null ? {} : { code }) },
  }),
  mistral: ({ problem, error }) =>
    problem.kind === 'authentication'
      ? { detail: 'Unauthorized' }
      : { object: 'error', message: error['message'], type: mistralType(problem), param: null, code: null },
  openrouter: ({ problem, error }) => ({
    error: {
      message: 'Provider returned error',
      code: problem.status,
      metadata: { raw: error['message'], provider_name: 'simulated' },
    },
    user_id: 'simulated',
  }),
  xai: ({ error }) => ({ code: error['code'] ?? error['type'], error: error['message'] }),
};

function deepseekWords({ kind, tokens, window }: Problem): JsonObject {
  switch (kind) {
    case 'authentication':
      return {
        message: 'Authentication Fails, Your api key is invalid',
        type: 'authentication_error',
        code: 'invalid_request_error',
      };
    case 'overflow':
      return {
        message: `This model's maximum context length is ${window} tokens. However, you requested ${tokens} tokens. Please reduce the length of the messages or completion.`,
        code: 'invalid_request_error',
      };
    default:
      return {};
  }
}

function mistralType({ kind }: Problem): string {
  return kind === 'rate-limit'
    ? 'rate_limited'
    : kind === 'server'
      ? 'internal_server_error'
      : 'invalid_request_error';
}

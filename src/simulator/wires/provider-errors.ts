import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Problem, ProblemKind } from '../problem.ts';
import { googleRefusal } from './google-errors.ts';

/** OpenAI's error, and the problem it stands for. */
type Standard = { readonly problem: Problem; readonly error: JsonObject };

/** Problems for which a provider has a status of its own. */
export const ownStatuses: Readonly<Record<string, Partial<Record<ProblemKind, number>>>> = {
  // https://console.groq.com/docs/spend-limits
  groq: { quota: 400 },
};

/** Providers with OpenAI's chat format that have their own error format. */
export const providerErrors: Readonly<Record<string, (standard: Standard) => JsonValue>> = {
  deepseek: ({ problem, error }) => ({ error: { ...error, ...deepseekWords(problem) } }),
  google: ({ problem }) => [googleRefusal(problem).body],
  groq: ({ problem, error: { message, type, code } }) => ({
    error:
      problem.kind === 'quota'
        ? { message: 'API access is blocked.', type: 'invalid_request_error', code: 'blocked_api_access' }
        : { message, type, ...(code === null ? {} : { code }) },
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
  xai: ({ problem, error }) =>
    problem.kind === 'quota'
      ? xaiWithoutCredits
      : { code: error['code'] ?? error['type'], error: error['message'] },
};

const xaiWithoutCredits = {
  code: 'Some resource has been exhausted',
  error:
    'Your team 00000000-0000-0000-0000-000000000000 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.',
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

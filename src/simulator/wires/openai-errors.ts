import type { JsonObject } from '../../core/json/json.ts';
import type { Problem, ProblemKind } from '../problem.ts';
import type { Refusal } from '../wire.ts';
import { ownStatuses, providerErrors } from './provider-errors.ts';

/** Formats an error as OpenAI does: always with `message`, `type`, `param` and `code`. */
export function openaiRefusal(problem: Problem, requestId: string): Refusal {
  const [type, code, message] = wordings[problem.kind](problem);
  const error = { message, type, param: problem.param ?? null, code };
  const provider = problem.provider ?? 'openai';
  const own = providerErrors[provider];
  const status = ownStatuses[provider]?.[problem.kind];
  return {
    ...(status !== undefined && { status }),
    headers: { 'x-request-id': requestId, ...retryHeaders(problem) },
    body: own ? own({ problem, error }) : { error },
  };
}

type Wording = readonly [type: string, code: string | null, message: string];

const wordings: Readonly<Record<ProblemKind, (problem: Problem) => Wording>> = {
  invalid: ({ message, code }) => ['invalid_request_error', code ?? null, message ?? 'Invalid request.'],
  overflow: ({ window, tokens }) => [
    'invalid_request_error',
    'context_length_exceeded',
    `This model's maximum context length is ${window} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
  ],
  authentication: () => [
    'invalid_request_error',
    'invalid_api_key',
    'Incorrect API key provided. You can find your API key in your account settings.',
  ],
  payment: () => ['unknown_error', 'invalid_request_error', 'Insufficient Balance'],
  forbidden: () => [
    'request_forbidden',
    'unsupported_country_region_territory',
    'Country, region, or territory not supported',
  ],
  'not-found': ({ model }) => [
    'invalid_request_error',
    'model_not_found',
    `The model \`${model}\` does not exist or you do not have access to it.`,
  ],
  timeout: () => ['server_error', 'timeout', 'Request timed out.'],
  'too-large': () => ['invalid_request_error', 'request_too_large', 'Request body is too large.'],
  'rate-limit': ({ model, retryAfter }) => [
    'requests',
    'rate_limit_exceeded',
    `Rate limit reached for ${model} on requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in ${retryAfter ?? 1}s.`,
  ],
  quota: () => [
    'insufficient_quota',
    'insufficient_quota',
    'You exceeded your current quota, please check your plan and billing details.',
  ],
  server: () => [
    'server_error',
    null,
    'The server had an error while processing your request. Sorry about that!',
  ],
  overloaded: () => [
    'server_error',
    'overloaded',
    'The engine is currently overloaded, please try again later.',
  ],
};

function retryHeaders({ retryAfter }: Problem): JsonObject & Record<string, string> {
  if (retryAfter === undefined) return {};
  return {
    'retry-after': String(Math.ceil(retryAfter)),
    'retry-after-ms': String(Math.ceil(retryAfter * 1000)),
  };
}

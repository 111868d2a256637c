import type { Problem, ProblemKind } from '../problem.ts';
import type { Refusal } from '../wire.ts';

/** Formats an error as Anthropic does. */
export function anthropicRefusal(problem: Problem, requestId: string): Refusal {
  const [type, message] = wordings[problem.kind](problem);
  const retry: Record<string, string> =
    problem.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(problem.retryAfter)) };
  return {
    // A spend limit is a 400 here.
    ...(problem.kind === 'quota' && { status: 400 }),
    headers: { 'request-id': requestId, ...retry },
    body: { type: 'error', error: { type, message }, request_id: requestId },
  };
}

const wordings: Readonly<Record<ProblemKind, (problem: Problem) => readonly [string, string]>> = {
  invalid: ({ message }) => ['invalid_request_error', message ?? 'Invalid request.'],
  overflow: ({ tokens, window }) => [
    'invalid_request_error',
    `prompt is too long: ${tokens} tokens > ${window} maximum`,
  ],
  authentication: () => ['authentication_error', 'invalid x-api-key'],
  payment: () => ['billing_error', 'Your credit balance is too low to access the Anthropic API.'],
  forbidden: () => [
    'permission_error',
    'Your API key does not have permission to use the specified resource.',
  ],
  'not-found': ({ model }) => ['not_found_error', `model: ${model}`],
  timeout: () => ['timeout_error', 'Request timed out'],
  'too-large': () => ['request_too_large', 'Request exceeds the maximum size'],
  'rate-limit': () => [
    'rate_limit_error',
    "This request would exceed your organization's rate limit. Please try again later.",
  ],
  quota: () => [
    'invalid_request_error',
    'You have reached your specified API usage limits. You will regain access on 2030-01-01 at 00:00 UTC.',
  ],
  server: () => ['api_error', 'Internal server error'],
  overloaded: () => ['overloaded_error', 'Overloaded'],
};

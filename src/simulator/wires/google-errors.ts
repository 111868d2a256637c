import type { JsonObject } from '../../core/json/json.ts';
import type { Problem, ProblemKind } from '../problem.ts';
import type { Refusal } from '../wire.ts';

/** Formats an error as Google does: the wait is among the details, not in a `retry-after` header. */
export function googleRefusal(problem: Problem): Refusal {
  const [status, message] = wordings[problem.kind](problem);
  const details = problem.retryAfter === undefined ? {} : { details: retryDetails(problem.retryAfter) };
  return { headers: {}, body: { error: { code: problem.status, message, status, ...details } } };
}

function retryDetails(seconds: number): JsonObject[] {
  return [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` }];
}

const wordings: Readonly<Record<ProblemKind, (problem: Problem) => readonly [string, string]>> = {
  invalid: ({ message }) => ['INVALID_ARGUMENT', message ?? 'Request contains an invalid argument.'],
  overflow: ({ tokens, window }) => [
    'INVALID_ARGUMENT',
    `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${window}).`,
  ],
  authentication: () => ['UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
  payment: () => ['FAILED_PRECONDITION', 'Billing is not enabled for this project.'],
  forbidden: () => ['PERMISSION_DENIED', 'Your API key does not have permission to use this model.'],
  'not-found': ({ model }) => [
    'NOT_FOUND',
    `models/${model} is not found for API version v1beta, or is not supported for generateContent.`,
  ],
  timeout: () => ['DEADLINE_EXCEEDED', 'The request timed out.'],
  'too-large': () => ['INVALID_ARGUMENT', 'Request payload size exceeds the limit.'],
  'rate-limit': () => ['RESOURCE_EXHAUSTED', 'You exceeded your current quota of requests per minute.'],
  quota: () => [
    'RESOURCE_EXHAUSTED',
    'You exceeded your current quota, please check your plan and billing details.',
  ],
  server: () => ['INTERNAL', 'An internal error has occurred.'],
  overloaded: () => ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
};

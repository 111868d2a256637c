import OpenAI from 'openai';
import { classOfStatus, type Failure } from './official-client.ts';

/** An error of OpenAI's client. */
export function openaiFailure(thrown: unknown): Failure {
  return thrown instanceof OpenAI.APIError
    ? { status: thrown.status, name: thrown.constructor.name }
    : { status: undefined, name: String(thrown) };
}

/** Its class for a status, by its documentation. */
export function openaiFailureOf(status: number): Failure {
  const classes: Readonly<Record<number, string>> = {
    400: 'BadRequestError',
    401: 'AuthenticationError',
    403: 'PermissionDeniedError',
    404: 'NotFoundError',
    409: 'ConflictError',
    422: 'UnprocessableEntityError',
    429: 'RateLimitError',
  };
  return { status, name: classOfStatus(classes, status) };
}

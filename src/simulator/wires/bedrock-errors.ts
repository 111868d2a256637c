import type { Problem, ProblemKind } from '../problem.ts';
import type { Refusal } from '../wire.ts';

/** Formats an error as Bedrock does: the kind is in a header, and the body has only a message. */
export function bedrockRefusal(problem: Problem, requestId: string): Refusal {
  const [type, message] = wordings[problem.kind](problem);
  return { headers: { 'x-amzn-requestid': requestId, 'x-amzn-errortype': type }, body: { message } };
}

const wordings: Readonly<Record<ProblemKind, (problem: Problem) => readonly [string, string]>> = {
  invalid: ({ message }) => ['ValidationException', message ?? 'The request is invalid.'],
  overflow: () => ['ValidationException', 'Input is too long for requested model.'],
  authentication: () => [
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ],
  payment: () => [
    'AccessDeniedException',
    'Your AWS Marketplace subscription for this model cannot be completed.',
  ],
  forbidden: ({ code }) =>
    code === 'signature'
      ? [
          'InvalidSignatureException',
          'The request signature we calculated does not match the signature you provided.',
        ]
      : ['AccessDeniedException', "You don't have access to the model with the specified model ID."],
  'not-found': () => ['ResourceNotFoundException', 'The provided model identifier is invalid.'],
  timeout: () => ['ModelTimeoutException', 'Model has timed out in processing the request.'],
  'too-large': () => ['ValidationException', 'The request is too large.'],
  'rate-limit': () => ['ThrottlingException', 'Too many requests, please wait before trying again.'],
  quota: () => ['ServiceQuotaExceededException', 'You have reached a quota of this account.'],
  server: () => ['InternalServerException', 'The system encountered an unexpected error during processing.'],
  overloaded: () => ['ServiceUnavailableException', 'Bedrock is unable to process your request.'],
};

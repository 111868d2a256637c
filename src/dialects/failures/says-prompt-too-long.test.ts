import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readError as readAnthropicError } from '../anthropic-messages/reply/read-error.ts';
import { readError as readBedrockError } from '../bedrock-converse/reply/errors.ts';
import { readError as readGoogleError } from '../google-generate/reply/errors.ts';
import { readOpenAiError, readOpenAiErrorEvent } from '../openai/read-openai-error.ts';

/** The wording of providers that have no error code for it. */
const messages = [
  // https://docs.x.ai
  "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
  'Invalid request: Your request exceeded model token limit: 131072',
  'Prompt exceeds max length',
  'Total tokens of image and text exceed max message tokens.',
  '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]',
  'Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.',
  'prompt token count of 140000 exceeds the limit of 128000',
  '`inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens and 100 `max_new_tokens`',
  'The prompt is too long: 140000, model maximum context length: 131071',
  'invalid params, context window exceeds limit (2013)',
  'The input token count (9) exceeds the maximum number of tokens allowed (8).',
  'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
  'Input is too long for requested model.',
  'Too many input tokens.',
  'The decoder prompt (length 21535) is longer than the maximum model length of 16384. Make sure that `max_model_len` is no smaller than the number of text tokens.',
];

const others = [
  'max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens',
  'Range of max_tokens should be [1, 8192]',
  'tools.0.name: maximum length is 64',
  'Invalid value for "context": expected an object',
];

function failure(body: object, status = 400) {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)), provider: 'lab' };
}

/** The message in the error format of each dialect. */
const readings = (message: string) => [
  readOpenAiError(failure({ error: { message, type: 'invalid_request_error', code: null } })),
  readOpenAiError(failure({ code: 'Client specified an invalid argument', error: message })),
  readOpenAiError(failure({ error: { message, type: 'validation' } }, 422)),
  readAnthropicError(failure({ type: 'error', error: { type: 'invalid_request_error', message } })),
  readGoogleError(failure({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } })),
  readBedrockError(failure({ __type: 'ValidationException', message })),
];

test('a prompt that is too long is recognised by the wording of any provider, in every dialect', () => {
  for (const message of messages) {
    for (const error of readings(message)) assert.equal(error.code, 'context_too_long', message);
    assert.equal(readOpenAiErrorEvent({ error: { message } }).code, 'context_too_long', message);
  }
});

test('other faults of a request are not taken for a prompt that is too long', () => {
  for (const message of others) {
    for (const error of readings(message)) assert.equal(error.code, 'invalid_request', message);
  }
});

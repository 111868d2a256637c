import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../../core/errors.ts';
import { writeError } from './write-error.ts';

test('each status comes with the type that Anthropic’s clients expect with it', () => {
  const types = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    402: 'billing_error',
    403: 'permission_error',
    404: 'not_found_error',
    408: 'timeout_error',
    409: 'invalid_request_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    500: 'api_error',
    502: 'api_error',
    503: 'overloaded_error',
    504: 'timeout_error',
    529: 'overloaded_error',
  };
  for (const [status, type] of Object.entries(types)) {
    const error = new ConclaveError('provider_error', 'No.', { status: Number(status) });
    assert.deepEqual(writeError(error), {
      status: Number(status),
      body: { type: 'error', error: { type, message: 'No.' } },
    });
  }
});

test('a prompt that is too long is said so in the words on which Claude Code compacts its conversation', () => {
  const said = (message: string) => {
    const { error } = writeError(new ConclaveError('context_too_long', message)).body;
    return typeof error === 'object' && error && 'message' in error ? error.message : undefined;
  };
  assert.equal(said('1,200,000 tokens'), 'prompt is too long: 1,200,000 tokens');
  assert.equal(said('Prompt is too long by 9'), 'Prompt is too long by 9');
});

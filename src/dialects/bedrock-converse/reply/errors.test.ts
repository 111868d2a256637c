import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import { readError } from './errors.ts';

const read = (status: number, body: JsonObject, headers: Record<string, string> = {}) =>
  readError({ status, headers, body: Buffer.from(JSON.stringify(body)), provider: 'bedrock' });

/** AWS names an exception in its header or in its body, sometimes with a namespace and an address. */
const named = (status: number, exception: string, message = 'No.') => [
  read(status, { message }, { 'x-amzn-errortype': exception }),
  read(status, { message }, { 'x-amzn-errortype': `${exception}:http://internal.amazon.com/coral/` }),
  read(status, { Message: message, __type: `com.amazon.coral.service#${exception}` }),
];

test('each of AWS’s exceptions is read by its meaning, wherever its name stands', () => {
  const meanings: readonly (readonly [number, string, string])[] = [
    [400, 'ValidationException', 'invalid_request'],
    [403, 'AccessDeniedException', 'provider_forbidden'],
    // With the status of a forbidden model.
    [403, 'ExpiredTokenException', 'provider_auth'],
    [403, 'UnrecognizedClientException', 'provider_auth'],
    [403, 'InvalidSignatureException', 'provider_auth'],
    [403, 'IncompleteSignatureException', 'provider_auth'],
    [403, 'MissingAuthenticationTokenException', 'provider_auth'],
    [404, 'ResourceNotFoundException', 'model_not_found'],
    [400, 'ServiceQuotaExceededException', 'provider_quota'],
    [429, 'ThrottlingException', 'provider_rate_limited'],
    [400, 'ThrottlingException', 'provider_rate_limited'],
    // With the status of a rate limit.
    [429, 'ModelNotReadyException', 'provider_overloaded'],
    [408, 'ModelTimeoutException', 'provider_timeout'],
    [424, 'ModelErrorException', 'provider_error'],
    [424, 'ModelStreamErrorException', 'provider_error'],
    [500, 'InternalServerException', 'provider_error'],
    [503, 'ServiceUnavailableException', 'provider_overloaded'],
  ];
  for (const [status, exception, code] of meanings) {
    for (const error of named(status, exception)) {
      assert.equal(error.code, code, exception);
      assert.match(error.message, new RegExp(`^bedrock answered ${status} ${exception}`));
      assert.doesNotMatch(error.message, /coral/);
      if (code !== 'provider_auth') assert.match(error.message, /No\./);
    }
  }
});

test('a quota of AWS’s concerns one model, and is a rate limit for the client', () => {
  for (const { hint, status } of named(400, 'ServiceQuotaExceededException')) {
    assert.deepEqual([hint, status], ['model-quota', 429]);
  }
});

test('a request that AWS cannot serve for its length, its model or its account says which', () => {
  const codes = {
    'Input is too long for requested model.': 'context_too_long',
    'The provided model identifier is invalid.': 'model_not_found',
    'Operation not allowed': 'provider_forbidden',
    'The field is wrong.': 'invalid_request',
  };
  for (const [message, code] of Object.entries(codes)) {
    for (const error of named(400, 'ValidationException', message)) assert.equal(error.code, code);
    assert.equal(read(400, { message }).code, code, 'without a name');
  }
});

test('AWS’s wish to wait is kept', () => {
  const waiting = { 'x-amzn-errortype': 'ThrottlingException', 'retry-after': '7' };
  assert.deepEqual(
    { ...read(429, { message: 'Slow down.' }, waiting).details },
    { retryAfterMs: 7_000, provider: 'bedrock', providerStatus: 429 },
  );
});

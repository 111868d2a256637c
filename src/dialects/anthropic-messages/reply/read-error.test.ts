import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import { errorOf, readError } from './read-error.ts';
import { readReply } from './read-reply.ts';

const said = (type: string, message = 'No.', more: JsonObject = {}): JsonObject => ({
  type: 'error',
  error: { type, message, ...more },
});
const read = (status: number, body: JsonObject) =>
  readError({ status, headers: {}, body: Buffer.from(JSON.stringify(body)), provider: 'anthropic' });

test('in a stream, where there is no status, each of Anthropic’s types is read by its meaning', () => {
  const meanings = {
    invalid_request_error: 'invalid_request',
    authentication_error: 'provider_auth',
    billing_error: 'provider_quota',
    permission_error: 'provider_forbidden',
    not_found_error: 'model_not_found',
    request_too_large: 'context_too_long',
    rate_limit_error: 'provider_rate_limited',
    timeout_error: 'provider_timeout',
    api_error: 'provider_error',
    overloaded_error: 'provider_overloaded',
    an_error_of_next_year: 'provider_error',
  };
  for (const [type, code] of Object.entries(meanings)) {
    const error = errorOf(said(type));
    assert.equal(error.code, code, type);
    assert.match(error.message, new RegExp(`^The provider answered ${type}`));
  }
});

test('a failure keeps Anthropic’s request id, by which its support finds the call', () => {
  const body = { ...said('api_error'), request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' };
  for (const error of [read(500, body), errorOf(body)]) {
    assert.equal(error.details.requestId, 'req_011CSHoEeqs5C35K2UUqR7Fy');
  }
});

test('an error in the place of an answer keeps its reason, with and without the type that Anthropic gives it', () => {
  const error = { type: 'overloaded_error', message: 'Overloaded' };
  for (const body of [{ type: 'error', error }, { error }]) {
    const [only, ...more] = readReply(body);
    assert.ok(only?.type === 'error' && more.length === 0);
    assert.equal(only.error.code, 'provider_overloaded');
  }
});

test('the spend limit of an account is no rate limit: waiting does not help', () => {
  const spent = said('rate_limit_error', 'You are over.', {
    details: { error_code: 'enforced_spend_limit_reached' },
  });
  assert.equal(read(429, spent).code, 'provider_quota');
  assert.equal(read(429, said('rate_limit_error')).code, 'provider_rate_limited');
});

test('OpenAI’s codes in an error of Anthropic’s format, as gateways write them, keep their meaning', () => {
  const quoted = JSON.stringify({ error: { message: 'y', code: 'context_length_exceeded' } });
  const refused = [
    [400, { type: 'invalid_request_error', code: 'context_length_exceeded' }, 'context_too_long'],
    [403, { type: 'new_api_error', code: 'insufficient_user_quota' }, 'provider_quota'],
    [429, { type: 'insufficient_quota', code: 'insufficient_quota' }, 'provider_quota'],
    [400, { type: 'invalid_request_error', code: 'model_not_found' }, 'model_not_found'],
    [400, { type: 'invalid_request_error', message: quoted }, 'context_too_long'],
    [400, { type: 'invalid_request_error', code: 'of_next_year' }, 'invalid_request'],
  ] as const;
  for (const [status, error, code] of refused) {
    for (const body of [{ error: { message: 'x', ...error } }, { type: 'error', error }]) {
      assert.equal(read(status, body).code, code, JSON.stringify(body));
    }
  }
  for (const error of [
    { type: 'server_error', code: 'rate_limit_exceeded' },
    { type: 'api_error', code: 429 },
  ]) {
    assert.equal(errorOf({ type: 'error', error }).code, 'provider_rate_limited');
  }
});

test('what OpenAI’s codes say of the account beside them, and a wait that the error states, count too', () => {
  const hintOf = (status: number, error: JsonObject) => {
    const failure = read(status, { type: 'error', error });
    return [failure.code, failure.hint];
  };
  const preCharge = (left: string): JsonObject => ({
    type: 'insufficient_user_quota',
    message: `预扣费额度失败, 用户剩余额度: ${left}, 需要预扣费额度: ＄0.080000`,
  });
  assert.deepEqual(hintOf(403, preCharge('＄0.050000')), ['provider_quota', 'model-quota']);
  assert.deepEqual(hintOf(403, preCharge('＄0.000000')), ['provider_quota', undefined]);
  const ofKey = { type: 'pre_consume_token_quota_failed', message: 'token quota is not enough' };
  assert.deepEqual(hintOf(403, ofKey), ['provider_quota', 'model-quota']);
  const router = 'This request requires more credits, or fewer max_tokens. You can only afford 200';
  assert.deepEqual(hintOf(402, { type: 'billing_error', message: router }), [
    'provider_quota',
    'model-quota',
  ]);
  assert.deepEqual(hintOf(402, { type: 'billing_error', message: 'No.' }), ['provider_quota', undefined]);

  const limited = said('rate_limit_error', 'Slow.', { metadata: { retry_after_seconds: 7 } });
  assert.equal(read(429, limited).details.retryAfterMs, 7000);
  assert.equal(errorOf(limited).details.retryAfterMs, 7000);
});

test('a request that Anthropic refuses keeps its status and its words, also from a proxy that words it its own way', () => {
  const error = read(422, { message: 'max_tokens must be positive' });
  assert.deepEqual([error.code, error.status], ['invalid_request', 422]);
  assert.match(error.message, /max_tokens must be positive/);
});

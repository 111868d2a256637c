import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import { errorOf, readError } from './errors.ts';

const said = (code: number, status: string, details: readonly JsonObject[] = []): JsonObject => ({
  error: { code, message: 'No.', status, details: [...details] },
});
const read = (status: number, body: JsonObject, headers: Record<string, string> = {}) =>
  readError({ status, headers, body: Buffer.from(JSON.stringify(body)), provider: 'google' });

const quota = (...quotaIds: readonly string[]): JsonObject => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: quotaIds.map((quotaId) => ({ quotaId })),
});
const retryIn = (retryDelay: string): JsonObject => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});

test('each of Google’s words for a failure is read by its meaning, also in a stream, whatever the status', () => {
  const meanings = {
    INVALID_ARGUMENT: 'invalid_request',
    OUT_OF_RANGE: 'invalid_request',
    FAILED_PRECONDITION: 'provider_forbidden',
    UNAUTHENTICATED: 'provider_auth',
    PERMISSION_DENIED: 'provider_forbidden',
    NOT_FOUND: 'model_not_found',
    RESOURCE_EXHAUSTED: 'provider_rate_limited',
    CANCELLED: 'provider_error',
    INTERNAL: 'provider_error',
    UNKNOWN: 'provider_error',
    UNAVAILABLE: 'provider_overloaded',
    DEADLINE_EXCEEDED: 'provider_timeout',
  };
  for (const [word, code] of Object.entries(meanings)) {
    // A proxy's own status, and a stream that began with 200.
    for (const error of [read(400, said(400, word)), read(500, said(500, word)), errorOf(said(0, word))]) {
      assert.equal(error.code, code, word);
      assert.match(error.message, new RegExp(word));
    }
  }
});

test('without a word the status decides: the reply’s, or in a stream the one that the event names', () => {
  for (const [status, code] of [
    [403, 'provider_forbidden'],
    [429, 'provider_rate_limited'],
    [503, 'provider_overloaded'],
  ] as const) {
    assert.equal(read(status, {}).code, code);
    assert.equal(errorOf({ error: { code: status, message: 'No.' } }).code, code);
  }
  assert.equal(errorOf({ error: { message: 'No.' } }).code, 'provider_error');
});

test('an error that is only a text keeps it, with the meaning that its words have', () => {
  const texts = [
    ['The upstream is gone.', 502, 'provider_error'],
    ['Slow down.', 429, 'provider_rate_limited'],
    ['This prompt is too long: 9 > 8.', 400, 'context_too_long'],
  ] as const;
  for (const [text, status, code] of texts) {
    const error = read(status, { error: text });
    assert.equal(error.code, code);
    assert.ok(error.message.includes(text), error.message);
  }
  assert.equal(errorOf({ error: 'This prompt is too long: 9 > 8.' }).code, 'context_too_long');
});

test('a wrong key, which Google calls a bad request, is a wrong key', () => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
  assert.equal(read(400, said(400, 'INVALID_ARGUMENT', details)).code, 'provider_auth');
});

test('the empty account of a maker behind a gateway concerns its models, not the key of the gateway', () => {
  const raw = JSON.stringify({ error: { message: 'Your prepayment credits are depleted.' } });
  const body = { error: { code: 429, message: `litellm.RateLimitError: geminiException - ${raw}` } };
  const { code, hint } = read(429, body);
  assert.deepEqual([code, hint], ['provider_quota', 'model-quota']);
});

test('the wait that Google asks for is kept: its own, otherwise that of the header, and a day at most', () => {
  const waitOf = (details: readonly JsonObject[], headers = {}) =>
    read(429, said(429, 'RESOURCE_EXHAUSTED', details), headers).details.retryAfterMs;
  assert.equal(waitOf([retryIn('34.074824224s')]), 34_075);
  assert.equal(waitOf([retryIn('3s')], { 'retry-after': '9' }), 3_000);
  assert.equal(waitOf([], { 'retry-after': '9' }), 9_000);
  assert.equal(waitOf([retryIn('999999s')]), 86_400_000);
  assert.equal(waitOf([]), undefined);
});

test('a quota spent for the day is no rate limit, and concerns one model if Google counts it by model', () => {
  const perModel = 'GenerateRequestsPerDayPerProjectPerModel-FreeTier';
  const perProject = 'GenerateRequestsPerDayPerProject';
  const perMinute = 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier';
  const spent = (...ids: readonly string[]) => {
    const { code, hint, status } = read(429, said(429, 'RESOURCE_EXHAUSTED', [quota(...ids)]));
    return [code, hint, status];
  };
  assert.deepEqual(spent(perMinute), ['provider_rate_limited', undefined, 429]);
  assert.deepEqual(spent(perModel), ['provider_quota', 'model-quota', 429]);
  assert.deepEqual(spent(perMinute, perModel), ['provider_quota', 'model-quota', 429]);
  assert.deepEqual(spent(perModel, perProject), ['provider_quota', undefined, 502]);
});

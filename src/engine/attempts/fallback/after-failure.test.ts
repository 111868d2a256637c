import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError, type ErrorCode } from '../../../core/errors.ts';
import { replyTooLarge } from '../../../core/wire/reply-too-large.ts';
import { afterFailure, type Situation } from './after-failure.ts';

const first: Situation = {
  retried: 0,
  maxRetries: 2,
  over: false,
  wrongDialect: undefined,
  refused: undefined,
  reasoningRejected: false,
  othersLeft: true,
  chosenHow: 'by-name',
  whole: false,
  local: false,
  full: false,
  leftMs: Infinity,
  random: 0,
};
const move = (code: ErrorCode, situation: Partial<Situation> = {}, retryAfterMs?: number) =>
  afterFailure(new ConclaveError(code, 'x', retryAfterMs === undefined ? {} : { retryAfterMs }), {
    ...first,
    ...situation,
  });

test('an invalid key, an empty account, a retired model and an overflow move to the next candidate at once', () => {
  for (const code of [
    'provider_auth',
    'provider_quota',
    'provider_forbidden',
    'model_not_found',
    'context_too_long',
  ] as const) {
    assert.deepEqual(move(code), { move: 'next' }, code);
    assert.deepEqual(move(code, { othersLeft: false }), { move: 'next' }, code);
  }
});

test('a refusal of unsigned thoughts leaves the signed ones that were restored where they are', () => {
  const refused = { refused: 'open-thoughts', reasoningRejected: true } as const;
  assert.deepEqual(move('invalid_request', refused), { move: 'leave-out', refused: 'open-thoughts' });
});

test("an error in the client's request stops instead of falling back", () => {
  for (const code of ['invalid_request', 'cancelled', 'budget_exceeded'] as const) {
    assert.deepEqual(move(code), { move: 'stop' }, code);
  }
});

test('an invalid request at one provider moves to the next in a list that the caller wrote', () => {
  const refused = new ConclaveError('invalid_request', 'x', { providerStatus: 400 });
  assert.deepEqual(afterFailure(refused, { ...first, chosenHow: 'from-list' }), { move: 'next' });
  assert.deepEqual(afterFailure(refused, first), { move: 'stop' });
  assert.deepEqual(move('invalid_request', { chosenHow: 'from-list' }), { move: 'stop' });
});

test('an invalid request at a stand-in model moves to the next candidate', () => {
  const refused = new ConclaveError('invalid_request', 'x', { providerStatus: 400 });
  assert.deepEqual(afterFailure(refused, { ...first, chosenHow: 'stand-in' }), { move: 'next' });
  assert.deepEqual(
    move('invalid_request', { chosenHow: 'stand-in' }),
    { move: 'stop' },
    'Conclave found it wrong itself',
  );
});

test('what one account cannot find or decrypt is asked of the next account, and without one the caller is told', () => {
  for (const details of [
    { hint: 'another-account', providerStatus: 404 },
    { param: 'previous_response_id', providerStatus: 400 },
  ] as const) {
    const unknown = new ConclaveError('invalid_request', 'x', details);
    assert.deepEqual(afterFailure(unknown, first), { move: 'next' });
    assert.deepEqual(afterFailure(unknown, { ...first, othersLeft: false }), { move: 'stop' });
  }
});

test('an unsupported parameter moves to the next candidate if the caller did not name the model', () => {
  for (const details of [
    { openAiCode: 'unsupported_value', param: 'temperature' },
    { openAiCode: 'unsupported_parameter', param: 'stop' },
    { openAiCode: 'unknown_parameter', param: 'enable_thinking' },
    { param: 'reasoning_effort' },
  ]) {
    const refused = new ConclaveError('invalid_request', 'x', { providerStatus: 400, ...details });
    assert.deepEqual(afterFailure(refused, { ...first, chosenHow: 'by-us' }), { move: 'next' });
    assert.deepEqual(afterFailure(refused, first), { move: 'stop' });
  }
  for (const wrong of [
    { providerStatus: 400, param: 'messages' },
    // Conclave found it wrong itself, or the provider means something else by its status.
    { param: 'reasoning_effort' },
    { providerStatus: 404, openAiCode: 'unsupported_value' },
  ]) {
    const refused = new ConclaveError('invalid_request', 'x', wrong);
    assert.deepEqual(afterFailure(refused, { ...first, chosenHow: 'by-us' }), { move: 'stop' });
  }
});

test('retries a transient failure with growing delays, then moves to the next candidate', () => {
  assert.deepEqual(move('provider_error'), { move: 'retry', delayMs: 50 });
  assert.deepEqual(move('provider_error', { retried: 1, random: 0.999_999 }).move, 'retry');
  assert.deepEqual(move('provider_error', { retried: 2 }), { move: 'next' });
  assert.deepEqual(move('provider_error', { maxRetries: 0 }), { move: 'next' });
});

test('a timeout or a rate limit moves on while other candidates are left, and otherwise waits', () => {
  assert.deepEqual(move('provider_timeout'), { move: 'next' });
  assert.deepEqual(move('provider_rate_limited', {}, 50), { move: 'next' });
  assert.deepEqual(move('provider_rate_limited', { othersLeft: false }, 2_000), {
    move: 'retry',
    delayMs: 2_000,
  });
  assert.deepEqual(move('provider_rate_limited', { othersLeft: false }, 60_000), { move: 'next' });
});

test('waits as long as the provider asks, unless that is too long', () => {
  assert.deepEqual(move('provider_overloaded', {}, 200), { move: 'retry', delayMs: 200 });
  assert.deepEqual(move('provider_overloaded', {}, 5_000), { move: 'next' });
});

test('without a file descriptor it retries soon, whatever the client is told, then moves to the next candidate', () => {
  for (const othersLeft of [true, false]) {
    assert.deepEqual(move('overloaded', { othersLeft }, 1_000), { move: 'retry', delayMs: 50 });
    assert.deepEqual(move('overloaded', { othersLeft, retried: 2 }, 1_000), { move: 'next' });
  }
});

test('does not wait for a retry that would come after the end of the call', () => {
  const alone = { othersLeft: false };
  assert.deepEqual(move('provider_rate_limited', { ...alone, leftMs: 1_500 }, 2_000), { move: 'next' });
  assert.deepEqual(move('provider_rate_limited', { ...alone, leftMs: 2_500 }, 2_000).move, 'retry');
  assert.deepEqual(move('provider_error', { ...alone, leftMs: 40 }), { move: 'next' });
});

test('retries a stale connection once, without waiting', () => {
  const stale = new ConclaveError('provider_unreachable', 'x', { hint: 'stale-connection' });
  assert.deepEqual(afterFailure(stale, { ...first, maxRetries: 0 }), { move: 'retry', delayMs: 0 });
  assert.deepEqual(afterFailure(stale, { ...first, retried: 1, maxRetries: 0 }), { move: 'next' });
});

test('stops if the caller no longer waits', () => {
  assert.deepEqual(move('provider_error', { over: true, wrongDialect: 'openai-chat' }), { move: 'stop' });
});

test('asks in another dialect if the failure concerns only one dialect', () => {
  const expected = { move: 'other-dialect', than: 'openai-responses' };
  assert.deepEqual(move('model_not_found', { wrongDialect: 'openai-responses' }), expected);
});

test('asks without restored reasoning before anything else, even if no retry is left', () => {
  const refused = new ConclaveError('context_too_long', 'x');
  const situation = {
    ...first,
    retried: 2,
    chosenHow: 'from-list',
    wrongDialect: 'openai-chat',
    reasoningRejected: true,
  } as const;
  assert.deepEqual(afterFailure(refused, situation), { move: 'without-reasoning' });
  assert.deepEqual(afterFailure(refused, { ...situation, over: true }), { move: 'stop' });
});

test('a call over the concurrency limit waits for a free slot, not for a fixed time', () => {
  const full = { othersLeft: false, full: true, leftMs: 10 };
  assert.deepEqual(move('provider_rate_limited', full, 500), { move: 'wait-for-room' });
  assert.deepEqual(move('provider_rate_limited', { ...full, retried: 2 }, 500), { move: 'next' });
});

test('a local model that took too long is not asked again: it would load and read the prompt once more', () => {
  const gaveUp = new ConclaveError('provider_timeout', 'x', { hint: 'gave-up' });
  const alone = { ...first, othersLeft: false };
  assert.deepEqual(afterFailure(gaveUp, { ...alone, local: true }), { move: 'next' });
  assert.equal(afterFailure(gaveUp, alone).move, 'retry');
});

test('a whole answer that took too long is not asked for again, unless the provider itself ended it', () => {
  const whole = { ...first, othersLeft: false, whole: true };
  const gaveUp = new ConclaveError('provider_timeout', 'x', { hint: 'gave-up' });
  assert.deepEqual(afterFailure(gaveUp, whole), { move: 'next' });
  assert.equal(afterFailure(new ConclaveError('provider_timeout', 'x'), whole).move, 'retry');
});

test('a reply that was too large is not asked for again', () => {
  assert.deepEqual(afterFailure(replyTooLarge('stream event'), first), { move: 'next' });
});

test('a web page instead of an answer is not asked for again', () => {
  const page = new ConclaveError('provider_invalid_reply', 'x', { hint: 'web-page' });
  assert.deepEqual(afterFailure(page, first), { move: 'next' });
});

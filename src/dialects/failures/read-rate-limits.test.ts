import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRateLimits } from './read-rate-limits.ts';

const date = 'Sat, 21 Nov 2026 12:00:00 GMT';

test('Anthropic’s reset timestamps are read, and its input token limit is preferred to its total token limit', () => {
  assert.deepEqual(
    readRateLimits({
      date,
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-11-21T12:00:01Z',
      'anthropic-ratelimit-tokens-limit': '48000',
      'anthropic-ratelimit-tokens-remaining': '47000',
      'anthropic-ratelimit-tokens-reset': '2026-11-21T12:00:30Z',
      'anthropic-ratelimit-input-tokens-limit': '40000',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-21T12:00:20Z',
    }),
    {
      requests: { limit: 50, remaining: 49, resetsInMs: 1_000 },
      tokens: { limit: 40_000, remaining: 0, resetsInMs: 20_000 },
    },
  );
});

test('durations are read as OpenAI and Groq write them', () => {
  const read = (reset: string) =>
    readRateLimits({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': reset,
    }).requests?.resetsInMs;
  assert.equal(read('6m0s'), 360_000);
  assert.equal(read('17ms'), 17);
  assert.equal(read('2m59.56s'), 179_560);
  assert.equal(read('1s'), 1_000);
  assert.equal(read('12'), 12_000);
  assert.equal(read('soon'), undefined);
});

test('large numbers are Unix times in seconds to nanoseconds, smaller ones are seconds', () => {
  const at = Date.parse(date);
  const read = (reset: string) =>
    readRateLimits({ date, 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': reset }).requests;
  assert.deepEqual(read(String(at + 4_000)), { remaining: 3, resetsInMs: 4_000 });
  assert.deepEqual(read(String(at / 1000 + 4)), { remaining: 3, resetsInMs: 4_000 });
  assert.deepEqual(read(`${at + 4_000}000`), { remaining: 3, resetsInMs: 4_000 });
  assert.deepEqual(read(`${at + 4_000}000000`), { remaining: 3, resetsInMs: 4_000 });
  assert.deepEqual(read('30'), { remaining: 3, resetsInMs: 30_000 });
});

test('a reset is at most a day away', () => {
  const day = 24 * 60 * 60 * 1000;
  const read = (reset: string) =>
    readRateLimits({ date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }).requests?.resetsInMs;
  for (const reset of ['999999h', '2099-01-01T00:00:00Z', '99999999', '9'.repeat(13), '9'.repeat(30)])
    assert.equal(read(reset), day, reset);
});

test('a limit that is overdrawn is known, and a reset that has passed or is not told is no wait', () => {
  const read = (remaining: string, reset: string) =>
    readRateLimits({ date, 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset }).requests;
  assert.deepEqual(read('-1', '30'), { remaining: -1, resetsInMs: 30_000 });
  assert.deepEqual(read('0', '2026-11-21T11:59:00Z'), { remaining: 0, resetsInMs: 0 });
  assert.deepEqual(read('0', ''), { remaining: 0 });
});

test('limits whose headers name a window are read too, and nonsense is ignored', () => {
  assert.deepEqual(
    readRateLimits({
      'x-ratelimit-limit-tokens-minute': '60000',
      'x-ratelimit-remaining-tokens-minute': '59000',
      'x-ratelimit-reset-tokens-minute': '33.5',
      'x-ratelimit-remaining-requests-day': 'many',
    }),
    { tokens: { limit: 60_000, remaining: 59_000, resetsInMs: 33_500 } },
  );
  assert.deepEqual(readRateLimits({}), {});
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../../core/errors.ts';
import type { RateLimits } from '../../../core/money/rate-limits.ts';
import { withResetTime } from './with-reset-time.ts';

const refusal = new ConclaveError('provider_rate_limited', 'x');
const waitMs = (limits: RateLimits, error = refusal) =>
  withResetTime(error, limits, 4_000).details.retryAfterMs;

test('a refused call waits until the limits that are too small for it are reset', () => {
  const tokens = { remaining: 500, resetsInMs: 9_000 };
  assert.equal(waitMs({ tokens }), 9_000, 'more tokens are wanted than are left');
  assert.equal(waitMs({ tokens: { ...tokens, remaining: 4_000 } }), undefined);
  assert.equal(waitMs({ tokens, requests: { remaining: 0, resetsInMs: 20_000 } }), 20_000);
  assert.equal(waitMs({ tokens, requests: { remaining: 1, resetsInMs: 20_000 } }), 9_000);
});

test('a time that the provider gave is kept', () => {
  const told = refusal.with({ retryAfterMs: 2_000 });
  assert.equal(waitMs({ tokens: { remaining: 0, resetsInMs: 9_000 } }, told), 2_000);
});

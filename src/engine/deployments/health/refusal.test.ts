import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../../core/errors.ts';
import { isRateRefusal } from '../capacity/is-rate-refusal.ts';
import { refusalOf } from './refusal.ts';

test('a rate limit refuses a deployment for as long as the provider says, or else for five seconds', () => {
  const limited = (retryAfterMs?: number) =>
    refusalOf(
      new ConclaveError('provider_rate_limited', '', retryAfterMs === undefined ? {} : { retryAfterMs }),
    );
  assert.deepEqual(limited(), { of: 'deployment', forMs: 5_000 });
  assert.deepEqual(limited(30_000), { of: 'deployment', forMs: 30_000 });
});

test('a 503 is a refusal of too many calls only if it says when to come back: an outage teaches no limit', () => {
  assert.equal(isRateRefusal(new ConclaveError('provider_overloaded', '')), false);
  assert.equal(isRateRefusal(new ConclaveError('provider_overloaded', '', { retryAfterMs: 2_000 })), true);
  assert.equal(isRateRefusal(new ConclaveError('provider_rate_limited', '')), true);
  assert.equal(isRateRefusal(new ConclaveError('provider_error', '', { retryAfterMs: 2_000 })), false);
});

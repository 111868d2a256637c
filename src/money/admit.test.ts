import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noon } from '../../test/ledger-samples.ts';
import type { Principal } from '../core/call.ts';
import { admitBy } from './admit.ts';
import { rateWindowsInMemory } from './rate-windows.ts';

const principal: Principal = { keyId: 'k', name: 'ci', rpm: 1, tpm: 500, hardBudget: false, admin: false };

test('a key above its limit is told which one it is and how long to wait', () => {
  const admit = admitBy(rateWindowsInMemory());
  admit(principal, 100, noon);
  assert.throws(() => admit(principal, 100, noon + 1_000), {
    code: 'rate_limited',
    status: 429,
    message: 'The key "ci" has reached its rpm of 1; try again in 60 s, or have it raised.',
    details: { retryAfterMs: 60_000 },
  });
});

test('a prompt that is larger than the limit is told so at once', () => {
  const admit = admitBy(rateWindowsInMemory());
  assert.throws(() => admit(principal, 501, noon), {
    code: 'request_too_large',
    message:
      'This request alone (about 501 tokens) is above what the key "ci" may use in a minute, its tpm of 500: have it raised, or send less.',
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withStore } from '../../test/support/each-backend.ts';
import { noon } from '../../test/support/ledger-samples.ts';
import type { Principal } from '../core/call.ts';
import { admitBy } from './admit.ts';

const principal: Principal = { keyId: 'k', name: 'ci', rpm: 1, tpm: 500, boundedCost: false, admin: false };

test('tells a key above its limit which limit it is and how long to wait', () =>
  withStore(async (store) => {
    const admit = admitBy(store.rates);
    await admit(principal, 100, noon);
    await assert.rejects(async () => admit(principal, 100, noon + 1_000), {
      code: 'rate_limited',
      status: 429,
      message: 'The key "ci" has reached its rpm of 1; try again in 60 s, or have it raised.',
      details: { retryAfterMs: 60_000 },
    });
  }));

test('refuses at once a prompt that exceeds the limit by itself', () =>
  withStore(async (store) => {
    await assert.rejects(async () => admitBy(store.rates)(principal, 501, noon), {
      code: 'request_too_large',
      message:
        'This request alone (about 501 tokens) exceeds what the key "ci" may use per minute, its tpm of 500: send less, or have the limit raised.',
    });
  }));

test('does not ask the store for a key without limits', () =>
  withStore(async (store) => {
    const { rpm: _rpm, tpm: _tpm, ...unlimited } = principal;
    assert.equal(admitBy(store.rates)(unlimited, 1e9, noon), undefined);
  }));

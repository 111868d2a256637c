import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whereDataMayGo } from './provider-preferences.ts';

test('an order without fallbacks says where data may go, here and at a provider that is itself a router', () => {
  const closed = { order: ['azure'], allowFallbacks: false };
  assert.deepEqual(whereDataMayGo({ ...closed, forwarded: { order: ['azure'], sort: 'price' } }), {
    only: ['azure'],
    forwarded: { only: ['azure'] },
  });
  const only = ['azure', 'deepinfra'];
  assert.deepEqual(whereDataMayGo({ ...closed, only, forwarded: { order: ['azure'], only, zdr: true } }), {
    only: ['azure'],
    forwarded: { only: ['azure'], zdr: true },
  });
  assert.deepEqual(whereDataMayGo({ order: ['azure'], only, forwarded: { order: ['azure'], only } }), {
    only,
    forwarded: { only },
  });
  assert.equal(whereDataMayGo({ order: ['azure'], sort: 'price' }), undefined);
});

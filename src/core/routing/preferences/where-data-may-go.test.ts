import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whereDataMayGo } from './where-data-may-go.ts';

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

test('a router’s provider in one list covers its endpoints in the other, in any spelling', () => {
  const among = (order: string[], only: string[]) =>
    whereDataMayGo({ order, only, allowFallbacks: false, forwarded: { order, only } })?.forwarded;
  assert.deepEqual(among(['deepinfra/turbo'], ['deepinfra']), { only: ['deepinfra/turbo'] });
  assert.deepEqual(among(['deepinfra'], ['groq', 'deepinfra/turbo', 'deepinfra/fp8']), {
    only: ['deepinfra/turbo', 'deepinfra/fp8'],
  });
  assert.deepEqual(among(['Amazon Bedrock'], ['amazon-bedrock']), { only: ['Amazon Bedrock'] });
  assert.deepEqual(among(['deepinfra'], ['deepinfra-labs']), { only: [] });
});

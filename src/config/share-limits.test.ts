import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareLimits } from './share-limits.ts';

const entry = { model: 'lab/llama', weight: 1, rpm: 600, tpm: 100_000, concurrency: 3 };

test('all processes together respect the request and concurrency limits of a deployment, and each may use at least one', () => {
  assert.deepEqual(shareLimits([entry], 1), [entry]);
  assert.deepEqual(shareLimits([entry], 4), [{ ...entry, rpm: 150, concurrency: 1 }]);
});

test('token limits are not divided, and an unlimited deployment stays unlimited', () => {
  const free = { model: 'lab/llama', weight: 1 };
  assert.deepEqual(shareLimits([free], 4), [free]);
  assert.equal(shareLimits([entry], 8)[0]?.tpm, 100_000);
});

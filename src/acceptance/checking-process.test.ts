import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureInProcess } from './checking-process.ts';
import type { JsonObject } from '../core/json/json.ts';

// The only test of its file, so that it begins before the process does.
test('a schema that is too deep to be sent fails its own check and no other', async () => {
  let deep: JsonObject = { type: 'string' };
  for (let depth = 0; depth < 5_000; depth += 1) deep = { type: 'object', properties: { x: deep } };
  const check = () =>
    Promise.all([
      failureInProcess([{ text: '"a b"', schema: deep }], { keyId: 'deep' }),
      failureInProcess([{ text: '"a b"', schema: deep }], { keyId: 'deep' }),
      failureInProcess([{ text: 'b', pattern: 'a' }], { keyId: 'other' }),
    ]);
  const expected = ['unknown', 'unknown', { at: 0, says: 'no match' }];
  assert.deepEqual(await check(), expected, 'asked before the process is ready');
  assert.deepEqual(await check(), expected, 'asked when it is ready');
});

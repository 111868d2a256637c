import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portHint } from './ports-of-no-fetch.ts';

test('a port that no fetch speaks to is said where the server tells its address', async () => {
  assert.match(portHint('http://127.0.0.1:4190') ?? '', /refuse port 4190/);
  assert.equal(portHint('http://127.0.0.1:4141'), undefined);
  await assert.rejects(fetch('http://127.0.0.1:4190'), ({ cause }) => /bad port/.test(String(cause)));
});

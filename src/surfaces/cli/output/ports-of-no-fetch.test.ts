import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portHint } from './ports-of-no-fetch.ts';

test('warns about a port that fetch refuses to connect to', async () => {
  assert.match(portHint('http://127.0.0.1:4190') ?? '', /refuse port 4190/);
  assert.equal(portHint('http://127.0.0.1:4141'), undefined);
  await assert.rejects(fetch('http://127.0.0.1:4190'), ({ cause }) => /bad port/.test(String(cause)));
});

import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { mock, test, type TestContext } from 'node:test';
import { createApp, diagnose, type AppOptions } from '../../src/app.ts';
import { startTestGateway } from '../support/gateway.ts';
import { intent, settlement } from '../support/ledger-samples.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openStoreByEnvironment } from '../../src/composition/foundation/open-store-by-environment.ts';

function simulated(t: TestContext): AppOptions & { readonly path: string } {
  const home = tempFolder(t);
  return {
    env: { CONCLAVE_HOME: home },
    cwd: home,
    config: { server: { port: 0 } },
    simulate: true,
    path: join(home, 'conclave.db'),
  };
}

async function dataCheck(options: AppOptions) {
  const { checks, next } = await diagnose(options);
  return { check: checks.find(({ name }) => name === 'data'), next };
}

test('doctor finds damaged pages and says how to repair them, and a sound ledger passes', async (t) => {
  const { path, ...options } = simulated(t);
  const store = await openStoreByEnvironment(options.env);
  for (let count = 0; count < 500; count += 1) {
    const row = intent({ tags: ['x'.repeat(400)] });
    await store.ledger.open(row, { unknownPrice: false });
    await store.ledger.settle(settlement(row.id));
  }
  await store.close();
  assert.equal((await dataCheck(options)).check?.state, 'ok');

  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(40_000, 7), 0, 40_000, Math.floor(statSync(path).size / 8192) * 4096);
  closeSync(file);
  const { check, next } = await dataCheck(options);
  assert.equal(check?.state, 'failed');
  assert.match(check?.found ?? '', /is damaged: /);
  assert.match(check?.remedy ?? '', /\.recover \| sqlite3/);
  assert.match(next, /^data: The file is damaged/);
});

test('starting on a file that is not a database prints what to do, and does not change the file', async (t) => {
  const { path, ...options } = simulated(t);
  writeFileSync(path, 'dear diary, '.repeat(1_000));
  await assert.rejects(createApp(options), ({ message }: Error) => {
    assert.match(message, /file is not a database\. The file is damaged: stop every Conclave/);
    assert.doesNotMatch(message, /\n/);
    return true;
  });
  assert.equal((await dataCheck(options)).check?.state, 'failed');
});

test('a database error is in the log, whichever route caused it, and not in the reply', async (t) => {
  const gateway = await startTestGateway(t);
  const info = mock.method(gateway.app.log, 'info');
  using beside = new DatabaseSync(join(gateway.home, 'conclave.db'));
  beside.exec('ALTER TABLE calls RENAME TO elsewhere');
  const reply = await fetch(`${gateway.url}/admin/costs?by=model`, {
    headers: { authorization: `Bearer ${gateway.adminKey}` },
  });
  assert.equal(reply.status, 503);
  assert.doesNotMatch(await reply.text(), /no such table/);
  const reasons = info.mock.calls.map(({ arguments: [fields] }) => String(fields['reason']));
  assert.match(reasons.join(), /no such table/);
});

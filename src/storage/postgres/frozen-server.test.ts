import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { startFreezableProxy, type FreezableProxy } from '../../../test/support/freezable-proxy.ts';
import { intent, noon, settlement } from '../../../test/support/ledger-samples.ts';
import {
  createPostgresSchema,
  dropPostgresSchema,
  postgresUnavailable,
} from '../../../test/support/postgres-cluster.ts';
import { until } from '../../../test/support/until.ts';
import type { Store } from '../../core/stores/stores.ts';
import { openPostgresStore } from './open-postgres-store.ts';

const known = { unknownPrice: false };
const options = { skip: postgresUnavailable ?? false };
/** Long enough for a busy machine whose server is not frozen. */
const answerMs = 3_000;

/** Lets the mocked time pass until `work` has ended. */
async function whileTimePasses(t: TestContext, work: Promise<unknown>): Promise<void> {
  const timer = setInterval(() => t.mock.timers.tick(1_000));
  await work.finally(() => clearInterval(timer));
}

/** A store whose server can freeze, one that reaches the server directly, and a key with a budget. */
async function stores(t: TestContext) {
  const direct = await createPostgresSchema();
  const proxy: FreezableProxy = await startFreezableProxy(direct);
  const store: Store = await openPostgresStore({ url: proxy.url, answerMs });
  const other: Store = await openPostgresStore({ url: direct });
  t.after(async () => {
    proxy.thaw();
    await store.close();
    await other.close();
    await proxy.close();
    await dropPostgresSchema(direct);
  });
  const budgets = [{ window: 'total' as const, limitUsd: 1, unknownPrices: 'refuse' as const }];
  const { id: keyId } = await store.keys.create({ name: 'k', budgets }, 'hash');
  return { proxy, store, other, keyId };
}

test('reports a frozen server as a storage failure for writes, reads and pings', options, async (t) => {
  const { proxy, store, keyId } = await stores(t);
  await store.ledger.open(intent({ id: 'a', keyId, reserved: 500n }), known);
  proxy.freeze();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = {
    'a write': store.ledger.open(intent({ id: 'b', keyId }), known),
    'a read': store.keys.find('hash'),
    'a report': store.ledger.costs({ since: 0, by: 'model' }),
    'a ping': store.ping(),
  };
  const failed = Object.entries(asked).map(([what, answer]) =>
    assert.rejects(answer, { code: 'storage' }, what),
  );
  await whileTimePasses(t, Promise.all(failed));
  t.mock.timers.reset();
  const settled = store.ledger.settle(settlement('a', { cost: 200n }));
  await until(() => store.unwritten() === 1, 'the settlement waits');
  proxy.thaw();
  await settled;
  await store.ping();
  const [budget] = await store.keys.budgets(keyId, Date.now());
  assert.deepEqual([budget?.spent, budget?.reserved], [200n, 0n]);
});

test('a process can end although its server has frozen', options, async (t) => {
  const { proxy } = await stores(t);
  const script = `
    const { openPostgresStore } = await import(${JSON.stringify(import.meta.resolve('./open-postgres-store.ts'))});
    const { intent } = await import(${JSON.stringify(import.meta.resolve('../../../test/support/ledger-samples.ts'))});
    const store = await openPostgresStore({ url: ${JSON.stringify(proxy.url)}, answerMs: ${answerMs} });
    await store.ledger.open(intent({ id: 'a' }), { unknownPrice: false });
    await Promise.all([store.keys.list(), store.keys.list()]);
    process.once('message', () => {
      process.disconnect();
      store.close().catch(() => undefined);
    });
    process.send('open');`;
  const child = fork('-', {
    execArgv: ['--input-type=module', '--eval', script],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  assert.equal(said, 'open');
  proxy.freeze();
  child.send('close');
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(20_000) });
  assert.equal(code, 0);
});

test('releases the lock of a process whose machine vanished mid-transaction', options, async (t) => {
  const { proxy, store, other, keyId } = await stores(t);
  proxy.freezeBehind('FOR NO KEY UPDATE');
  // Reads the budgets of the key before it decides.
  const asked = { keyId, startedAt: noon, simulated: false, reserved: 5n, unknownPrice: false };
  await assert.rejects(store.ledger.wouldOpen(asked), { code: 'storage' });
  assert.deepEqual(await other.ledger.open(intent({ id: 'b', keyId, reserved: 7n }), known), { ok: true });
  const [budget] = await other.keys.budgets(keyId, Date.now());
  assert.equal(budget?.reserved, 7n);
});

test(
  'ends a call whose commit was never confirmed when the server is back, and releases its reservation',
  options,
  async (t) => {
    const { proxy, store, keyId } = await stores(t);
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 5n }), known);
    proxy.freezeBehind('COMMIT');
    const lost = intent({ id: 'b', keyId, reserved: 7n });
    await assert.rejects(store.ledger.open(lost, known), { code: 'storage' });
    await assert.rejects(store.ledger.refuse(lost, settlement('b', { state: 'failed', cost: 0n })), {
      code: 'storage',
    });
    proxy.thaw();
    await until(() => store.unwritten() === 0, 'its end is written');
    assert.equal((await store.ledger.show('b'))?.state, 'failed');
    const [budget] = await store.keys.budgets(keyId, Date.now());
    assert.deepEqual([budget?.spent, budget?.reserved], [0n, 5n]);
  },
);

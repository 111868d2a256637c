import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openLiveApp } from '../../src/app.ts';
import { startGateway } from '../../src/surfaces/http/gateway.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { openStoreByEnvironment } from '../../src/composition/foundation/open-store-by-environment.ts';
import { post } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

/** Two addresses of a provider, of which one refuses its key, and gateways on one store that are configured with one. */
async function withWrongAddress(t: TestContext) {
  const [wrong, right] = [await startKeyedProvider(t), await startKeyedProvider(t)];
  wrong.behave('key', { status: 401 });
  const home = tempFolder(t);
  const configOf = ({ url }: { readonly url: string }) => `
providers:
  lab: { dialect: openai-chat, baseUrl: "${url}/v1", apiKey: key }
  other: { dialect: openai-chat, baseUrl: "${right.url}/v1", apiKey: other }
models: [{ id: lab/m }, { id: other/m }]
routing: { retries: 0, fallbacks: { lab/m: [other/m] } }
`;
  async function open(name: string, at: { readonly url: string }) {
    const configPath = join(home, `${name}.yaml`);
    await writeFile(configPath, configOf(at));
    const live = await openLiveApp({ env: { CONCLAVE_HOME: home }, cwd: home, configPath });
    const gateway = await startGateway(live, { host: '127.0.0.1', port: 0 });
    const key = await live.current.keys.local();
    let closing: Promise<void> | undefined;
    const close = () => (closing ??= gateway.close().then(() => live.close()));
    t.after(close);
    return {
      close,
      async ask() {
        const messages = [{ role: 'user', content: 'Hello' }];
        const reply = await post({ url: gateway.url, key }, '/v1/chat/completions', {
          model: 'lab/m',
          messages,
        });
        assert.equal(reply.status, 200);
        return reply.headers.get('x-conclave-model');
      },
      async correct() {
        await writeFile(configPath, configOf(right));
        await live.reload();
      },
      deadCredentials: () => live.current.engine.deadCredentials(),
    };
  }
  /** Resolves once other processes can know of the refused key. */
  async function publishedBench() {
    const store = await openStoreByEnvironment({ CONCLAVE_HOME: home });
    const stored = () => store.benches.updates({ since: 0, now: Date.now() });
    await until(async () => (await stored()).length === 1, 'the bench in the store').finally(store.close);
  }
  return { wrong, right, open, publishedBench };
}

test('a call that is still refused at the former address does not bench the key at the corrected one', async (t) => {
  const { wrong, open } = await withWrongAddress(t);
  const gateway = await open('one', wrong);
  const held = Promise.withResolvers<void>();
  wrong.behave('key', { status: 401, until: held.promise });
  const late = gateway.ask();
  await until(() => wrong.keys().length === 1, 'a call at the wrong address');
  await gateway.correct();
  assert.equal(await gateway.ask(), 'lab/m');
  held.resolve();
  assert.equal(await late, 'other/m');
  assert.equal(await gateway.ask(), 'lab/m');
  assert.deepEqual(gateway.deadCredentials(), []);
});

test('a process whose address is not corrected yet does not bench the key for one whose address is', async (t) => {
  const { wrong, open, publishedBench } = await withWrongAddress(t);
  const [one, other] = [await open('one', wrong), await open('other', wrong)];
  await one.correct();
  assert.equal(await other.ask(), 'other/m');
  await publishedBench();
  // Processes poll the store once a second.
  const start = Date.now();
  while (Date.now() - start < 1_500) assert.equal(await one.ask(), 'lab/m');
  assert.deepEqual(one.deadCredentials(), []);
  assert.equal(other.deadCredentials().length, 1);
});

test('after a restart with the corrected address the key is asked there at once', async (t) => {
  const { wrong, right, open, publishedBench } = await withWrongAddress(t);
  const first = await open('one', wrong);
  assert.equal(await first.ask(), 'other/m');
  await publishedBench();
  await first.close();
  const second = await open('one', right);
  assert.equal(await second.ask(), 'lab/m');
  assert.deepEqual(second.deadCredentials(), []);
  await second.close();
  assert.equal(await (await open('one', wrong)).ask(), 'other/m');
  assert.deepEqual(wrong.keys(), ['key'], 'the wrong address is still benched');
});

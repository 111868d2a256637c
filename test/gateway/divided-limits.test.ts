import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentEntry } from '../../src/config/schema/config-schema.ts';
import { startKeyedProvider, type KeyedProvider } from '../providers/keyed-provider.ts';
import { createKey } from '../support/create-key.ts';
import { post } from '../support/gateway.ts';
import { endProcess, runGateway, type RunningGateway } from '../support/running-gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { workersOf } from '../support/workers-of.ts';

// The workers of one gateway keep a deployment's limits together.

const adminKey = 'admin-key-of-the-test';
const workers = 3;

async function start(t: TestContext, limits: Pick<DeploymentEntry, 'rpm' | 'concurrency'>, queueMs = 60_000) {
  const provider = await startKeyedProvider(t);
  const home = tempFolder(t);
  const configPath = join(home, 'conclave.yaml');
  const configOf = (deployment: object) => ({
    providers: { lab: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'k' } },
    models: [{ id: 'lab/m', price: { input: 1, output: 1 } }],
    deployments: [{ model: 'lab/m', ...deployment }],
    routing: { balance: { queueMs } },
  });
  const configure = (changed: object) => writeFile(configPath, JSON.stringify(configOf(changed)));
  await configure(limits);
  const gateway = await runGateway(['--workers', String(workers)], {
    CONCLAVE_HOME: home,
    CONCLAVE_CONFIG: configPath,
    CONCLAVE_ADMIN_KEY: adminKey,
  });
  t.after(() => endProcess(gateway.process));
  const { key } = await createKey({ url: gateway.url, adminKey });
  const loaded = (times = 1) =>
    until(
      () => gateway.output().split('has been loaded again').length > times * workers,
      'every worker has loaded the changed file',
      { everyMs: 50 },
    );
  return { gateway: { ...gateway, key }, provider, configure, loaded };
}

/** Asks on a connection of its own, so that the calls reach all workers in turn. */
async function ask(gateway: RunningGateway & { readonly key: string }) {
  const reply = await post(
    gateway,
    '/v1/chat/completions',
    { model: 'lab/m', messages: [{ role: 'user', content: 'Hello' }] },
    { connection: 'close' },
  );
  return { status: reply.status, text: await reply.text() };
}

function askOften(gateway: RunningGateway & { readonly key: string }, times: number) {
  return Promise.all(Array.from({ length: times }, () => ask(gateway)));
}

const statuses = (replies: readonly { readonly status: number }[]) => [
  ...new Set(replies.map(({ status }) => status)),
];

test('a concurrency below the number of workers holds in total, and every worker is served', async (t) => {
  const { gateway, provider } = await start(t, { concurrency: 1 });
  provider.behave('k', { delayMs: 20 });
  for (let call = 0; call < 2 * workers; call += 1) assert.equal((await ask(gateway)).status, 200);
  assert.deepEqual(statuses(await askOften(gateway, 12)), [200]);
  assert.equal(provider.maxAtOnce('k'), 1);
});

test('a concurrency above the number of workers is used in full', async (t) => {
  const { gateway, provider } = await start(t, { concurrency: 7 });
  const held = hold(provider);
  const asked = askOften(gateway, 7);
  await until(() => provider.maxAtOnce('k') === 7, 'all places are taken');
  const more = askOften(gateway, 4);
  await until(() => provider.asked.length === 7, 'the rest waits');
  held.release();
  assert.deepEqual(statuses([...(await asked), ...(await more)]), [200]);
  assert.equal(provider.maxAtOnce('k'), 7);
});

test('requests a minute hold in total, and a refusal names the configured limit', async (t) => {
  for (const rpm of [2, 11]) {
    const { gateway, provider } = await start(t, { rpm }, 100);
    const replies: Awaited<ReturnType<typeof ask>>[] = [];
    for (let call = 0; call < rpm; call += 1) replies.push(await ask(gateway));
    assert.deepEqual(statuses(replies), [200]);
    const refused = await askOften(gateway, 8);
    assert.deepEqual(statuses(refused), [429]);
    for (const { text } of refused) assert.match(text, new RegExp(`limited to ${rpm} requests a minute`));
    assert.equal(provider.asked.length, rpm);
  }
});

test('a limit that is configured during calls holds in total at once', async (t) => {
  const { gateway, provider, configure, loaded } = await start(t, {}, 2_000);
  const held = hold(provider);
  const asked = askOften(gateway, 6);
  await until(() => provider.asked.length === 6, 'all calls are at the provider');
  await configure({ concurrency: 8 });
  await loaded();
  let refused = 0;
  const askMore = async () => {
    const { status } = await ask(gateway);
    if (status === 429) refused += 1;
  };
  const more = Promise.all(Array.from({ length: 8 }, askMore));
  await until(() => provider.asked.length === 8 && refused === 6, 'two are sent and six refused');
  held.release();
  assert.deepEqual(statuses(await asked), [200]);
  await more;
  assert.equal(provider.maxAtOnce('k'), 8);
});

test('a limit that is taken away and configured again during calls holds in total at once', async (t) => {
  const limit = { concurrency: 8 };
  const { gateway, provider, configure, loaded } = await start(t, limit, 2_000);
  const whole = hold(provider);
  const first = askOften(gateway, 8);
  await until(() => provider.asked.length === 8, 'every worker has used its share');
  whole.release();
  assert.deepEqual(statuses(await first), [200]);
  await configure({});
  await loaded();
  // Workers are asked in turn: one of them has no call under way, and the others have all that the limit allows.
  const held = Promise.withResolvers<void>();
  const asked: ReturnType<typeof ask>[] = [];
  for (let call = 0; call < 4 * workers; call += 1) {
    const isHeld = call % workers > 0;
    provider.behave('k', isHeld ? { until: held.promise } : {});
    const before = provider.asked.length;
    asked.push(ask(gateway));
    await until(() => provider.asked.length > before, 'the call is at the provider');
    if (!isHeld) await asked.at(-1);
  }
  await configure(limit);
  await loaded(2);
  provider.behave('k', {});
  assert.deepEqual(statuses(await askOften(gateway, 8)), [429]);
  held.resolve();
  assert.deepEqual(statuses(await Promise.all(asked)), [200]);
});

test('calls in line get their turn by a limit that was changed meanwhile', async (t) => {
  const { gateway, provider, configure, loaded } = await start(t, { concurrency: 6 });
  const first = hold(provider);
  const asked = askOften(gateway, 12);
  await until(() => provider.asked.length === 6, 'the rest waits');
  await configure({ concurrency: 8 });
  await until(() => provider.asked.length === 8, 'two more have their turn');
  await loaded();
  await configure({ concurrency: 2 });
  await loaded(2);
  const second = hold(provider);
  first.release();
  await until(() => provider.asked.length === 10, 'eight are answered, and two have their turn');
  await sleep(1_000);
  assert.equal(provider.asked.length, 10);
  second.release();
  assert.deepEqual(statuses(await asked), [200]);
});

test('no place is lost or doubled by the death of workers', async (t) => {
  const { gateway, provider } = await start(t, { concurrency: 2 });
  for (let call = 0; call < workers; call += 1) assert.equal((await ask(gateway)).status, 200);
  // While one is left, the port stays.
  const dead = workersOf(gateway).slice(1);
  for (const pid of dead) process.kill(pid, 'SIGKILL');
  // Connections that a dying worker had just been given are closed.
  const answered = () =>
    ask(gateway).then(
      ({ status }) => status === 200,
      () => false,
    );
  for (let call = 0; call < workers; call += 1) await until(answered, 'the remaining worker answers');
  const isReplaced = () => {
    const now = workersOf(gateway);
    return now.length === workers && now.every((pid) => !dead.includes(pid));
  };
  await until(isReplaced, 'the dead workers are replaced');
  provider.behave('k', { delayMs: 20 });
  for (let round = 0; round < 5; round += 1) assert.deepEqual(statuses(await askOften(gateway, 12)), [200]);
  assert.equal(provider.maxAtOnce('k'), 2);
});

function hold(provider: KeyedProvider) {
  const { promise, resolve } = Promise.withResolvers<void>();
  provider.behave('k', { until: promise });
  return { release: resolve };
}

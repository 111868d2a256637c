import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { diagnose, openLiveApp } from '../../src/app.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startGateway } from '../../src/surfaces/http/gateway.ts';
import { openTestGateway, post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { sharedStores, withTwoGateways } from '../support/shared-stores.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const messages = [{ role: 'user', content: 'Hello' }];

test('dead keys are reported: their number to everyone, which ones to the admin and to tools', async (t) => {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-that-died' },
        other: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-alive' },
      },
      models: [{ id: 'lab/m' }, { id: 'lab/n' }, { id: 'other/m' }],
      routing: { fallbacks: { 'lab/*': ['other/m'] } },
    },
  });
  lab.behave('key-that-died', { status: 402 });
  const ready = async () => (await fetch(`${gateway.url}/health/ready`)).json();
  assert.ok(!('deadCredentials' in ((await ready()) as object)));
  const reply = await post(gateway, '/v1/chat/completions', { model: 'lab/m', max_tokens: 50, messages });
  assert.equal(reply.status, 200);

  assert.partialDeepStrictEqual(await ready(), { status: 'ready', deadCredentials: 1 });
  const admin = (key: string) =>
    fetch(`${gateway.url}/admin/deployments`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal((await admin(gateway.key)).status, 403);
  const text = await (await admin(gateway.adminKey)).text();
  assert.ok(!text.includes('key-that-died') && !text.includes('key-alive'));
  assert.partialDeepStrictEqual(JSON.parse(text), {
    deployments: [
      { id: 'lab/m', healthy: false, lastError: 'provider_quota', inFlight: 0 },
      { id: 'other/m', healthy: true, inFlight: 0 },
    ],
    deadCredentials: [{ provider: 'lab', credential: 'providers.lab', code: 'provider_quota' }],
  });

  const listed = gateway.app.models.catalogue
    .models()
    .map((model) => [model.id, gateway.app.engine.whyBenched(model)]);
  assert.deepEqual(Object.fromEntries(listed), {
    'lab/m': 'the key providers.lab has no money left',
    'lab/n': 'the key providers.lab has no money left',
    'other/m': undefined,
  });
  const tool = gateway.app.tools.all.find(({ name }) => name === 'listmodels');
  const context = gateway.app.tools.context({
    principal: await gateway.app.keys.localPrincipal(),
    surface: 'library',
    signal: new AbortController().signal,
    roots: await gateway.app.roots.local(),
    progress: () => undefined,
  });
  const answer = await tool?.run({ can: [] }, context);
  assert.match(
    answer?.text ?? '',
    /lab\/n · no tier · price unknown · benched: the key providers\.lab has no money left/,
  );
});

test('a server that has no key and requires one is listed with the dead keys', async (t) => {
  const lab = await startKeyedProvider(t);
  lab.behave('', { status: 401 });
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1` } } },
  });
  const reply = await post(gateway, '/v1/chat/completions', { model: 'lab/m', messages });
  assert.equal(reply.status, 502, await reply.text());
  const { deadCredentials } = await gateway.app.server.deployments.all();
  assert.deepEqual(
    deadCredentials.map(({ provider, code }) => [provider, code]),
    [['lab', 'provider_auth']],
  );
});

test('replacing a dead key in the configuration revives its deployment', async (t) => {
  const lab = await startKeyedProvider(t);
  lab.behave('key-dead', { status: 401 });
  const configOf = (key: string) => `
providers: { lab: { dialect: openai-chat, baseUrl: "${lab.url}/v1", apiKey: key-first } }
deployments: [{ model: lab/m, apiKey: ${key} }]
routing: { balance: { strategy: round-robin } }
`;
  const home = tempFolder(t, { 'conclave.yaml': configOf('key-dead') });
  const configPath = join(home, 'conclave.yaml');
  const live = await openLiveApp({ env: { CONCLAVE_HOME: home }, cwd: home, configPath });
  const gateway = await startGateway(live, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await gateway.close();
    await live.close();
  });
  const key = await live.current.keys.local();
  const ask = async () => {
    const question = { model: 'lab/m', max_tokens: 50, messages };
    const reply = await post({ url: gateway.url, key }, '/v1/chat/completions', question);
    assert.equal(reply.status, 200, await reply.text());
  };
  const askUntilAsked = async (provider: string) => {
    while (!lab.keys().includes(provider)) await ask();
  };
  await askUntilAsked('key-dead');
  const standing = async () => {
    const reply = await fetch(`${gateway.url}/health/ready`);
    const { deadCredentials } = (await reply.json()) as { deadCredentials?: number };
    return [deadCredentials, ...live.current.engine.deployments().map(({ healthy }) => healthy)];
  };
  assert.deepEqual((await standing()).toSorted(), [1, false, true].toSorted());
  await writeFile(configPath, configOf('key-renewed'));
  await live.reload();
  assert.deepEqual(await standing(), [undefined, true], 'before any call');
  await askUntilAsked('key-renewed');
  assert.deepEqual(await standing(), [undefined, true, true]);
});

test('a dead key that was replaced before a restart is not reported after it', async (t) => {
  const lab = await startKeyedProvider(t);
  lab.behave('key-dead', { status: 401 });
  const configOf = (apiKey: string): ConfigInput => ({
    providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey } },
    models: [{ id: 'lab/m' }],
    routing: { retries: 0 },
  });
  const env = { CONCLAVE_HOME: tempFolder(t) };
  const ask = async ({ url, app }: TestGateway) =>
    (await post({ url, key: await app.keys.local() }, '/v1/chat/completions', { model: 'lab/m', messages }))
      .status;
  const first = await openTestGateway({ config: configOf('key-dead'), env });
  assert.equal(await ask(first), 502);
  assert.equal(first.app.engine.deadCredentials().length, 1);
  await first.close();
  const second = await openTestGateway({ config: configOf('key-renewed'), env });
  t.after(() => second.close());
  assert.equal(await ask(second), 200);
  assert.deepEqual(second.app.engine.deadCredentials(), []);
  const metrics = await fetch(`${second.url}/metrics`, { headers: { 'x-api-key': second.adminKey } });
  assert.doesNotMatch(await metrics.text(), /conclave_credential_dead\{/);
});

for (const store of sharedStores) {
  const { name, skip } = store;
  test(`a key that one process has found dead is not tried by the others on ${name}`, { skip }, async (t) => {
    const lab = await startKeyedProvider(t);
    const model = 'lab/m';
    const config: ConfigInput = {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-one' } },
      models: [{ id: model }],
      deployments: ['key-two', 'key-three'].map((apiKey) => ({ model, apiKey })),
      routing: { retries: 0, balance: { strategy: 'round-robin' } },
    };
    const ask = async (gateway: TestGateway, headers: Record<string, string> = {}) => {
      const reply = await post(gateway, '/v1/chat/completions', { model, max_tokens: 50, messages }, headers);
      assert.equal(reply.status, 200);
      return reply;
    };
    const deadAt = (gateway: TestGateway) =>
      gateway.app.engine.deadCredentials().map(({ credential, code }) => `${credential} ${code}`);
    const published = async (gateway: TestGateway, benches: number) => {
      const { benches: shared } = await gateway.store();
      const stored = () => shared.updates({ since: 0, now: Date.now() });
      await until(async () => (await stored()).length >= benches, `${benches} benches in the store`);
    };
    await withTwoGateways(store, { config }, async (one, other) => {
      lab.behave('key-one', { status: 401 });
      await until(
        async () => (await ask(one)).ok && lab.keys().includes('key-one'),
        'the first key to be asked',
      );
      await published(one, 1);
      const found = lab.keys().length;
      for (let i = 0; i < 6; i += 1) await ask(other);
      assert.deepEqual(
        [...new Set(lab.keys().slice(found))].toSorted(),
        ['key-three', 'key-two'],
        'known from the first call',
      );

      lab.behave('key-two', { status: 402 });
      await until(
        async () => (await ask(one)).ok && deadAt(one).length === 2,
        'the second key to be found dead',
      );
      // A process that makes no calls also learns of it, within a second or two.
      const heard = async () =>
        (await ask(other, { 'x-conclave-dry-run': 'true' })).ok && deadAt(other).length === 2;
      await until(heard, 'the other gateway to hear of it', { everyMs: 50 });
      assert.deepEqual(deadAt(other), ['providers.lab provider_auth', 'deployments.0.apiKey provider_quota']);

      lab.behave('key-three', { status: 402 });
      await post(one, '/v1/chat/completions', { model, max_tokens: 50, messages });
      await published(one, 3);
      const listed = await fetch(`${other.url}/admin/deployments`, {
        headers: { authorization: `Bearer ${other.adminKey}` },
      });
      const { deadCredentials } = (await listed.json()) as { deadCredentials: unknown[] };
      assert.equal(deadCredentials.length, 3, 'the list is up to date');
    });
  });
}

test('doctor tests the key of every deployment and reports which one is refused', async (t) => {
  const lab = await startKeyedProvider(t);
  const home = tempFolder(t);
  lab.behave('key-two', { status: 401 });
  const { checks } = await diagnose({
    env: { CONCLAVE_HOME: home },
    cwd: home,
    config: {
      server: { port: 0 },
      providers: { openai: { baseUrl: `${lab.url}/v1`, apiKey: 'key-one' } },
      deployments: [
        { model: 'openai/gpt-4o-mini', rpm: 5 },
        { model: 'openai/gpt-4o-mini', apiKey: 'key-two' },
      ],
    },
  });
  const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
  assert.equal(states['openai'], 'ok');
  assert.equal(states['openai (deployments.1.apiKey)'], 'failed');
  assert.ok(!JSON.stringify(checks).includes('key-two'));
});

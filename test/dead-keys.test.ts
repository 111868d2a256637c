import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { diagnose } from '../src/app.ts';
import { post, startTestGateway } from './gateway.ts';
import { startKeyedProvider } from './keyed-provider.ts';

const messages = [{ role: 'user', content: 'Hello' }];

test('a dead key is said to whoever may know: how many to everybody, which to the admin and to tools', async (t) => {
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

  const listed = gateway.app.catalogue
    .models()
    .map((model) => [model.id, gateway.app.engine.whyBenched(model)]);
  assert.deepEqual(Object.fromEntries(listed), {
    'lab/m': 'the key providers.lab has no money left',
    'lab/n': 'the key providers.lab has no money left',
    'other/m': undefined,
  });
  const tool = gateway.app.tools.find(({ name }) => name === 'listmodels');
  const context = gateway.app.toolContext({
    principal: await gateway.app.localPrincipal(),
    surface: 'library',
    signal: new AbortController().signal,
    roots: await gateway.app.localRoots(),
    progress: () => undefined,
  });
  const answer = await tool?.run({ can: [] }, context);
  assert.match(
    answer?.text ?? '',
    /lab\/n · no tier · price unknown · benched: the key providers\.lab has no money left/,
  );
});

test('doctor asks with the key of every deployment, and says which one is refused', async (t) => {
  const lab = await startKeyedProvider(t);
  const home = await mkdtemp(join(tmpdir(), 'conclave-test-'));
  t.after(() => rm(home, { recursive: true }));
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

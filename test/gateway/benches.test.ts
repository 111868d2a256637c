import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openLiveApp } from '../../src/app.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startGateway } from '../../src/surfaces/http/gateway.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { forwardClock } from '../support/forward-clock.ts';
import { startLocalServer } from '../support/local-server.ts';
import { until } from '../support/until.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A gateway in front of two providers, `one` and `other`; the other is the fallback. */
async function before(t: TestContext, routing: NonNullable<ConfigInput['routing']> = {}) {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        one: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-one' },
        other: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-other' },
      },
      models: [{ id: 'one/m' }, { id: 'other/m' }],
      routing: { retries: 0, fallbacks: { 'one/*': ['other/m'] }, ...routing },
    },
  });
  const asked = (key: string) => lab.keys().filter((other) => other === key).length;
  return { lab, gateway, asked };
}

async function ask(
  gateway: Pick<TestGateway, 'url' | 'key'>,
  headers: Record<string, string> = {},
  model = 'one/m',
) {
  const question = { model, max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };
  const reply = await post(gateway, '/v1/chat/completions', question, headers);
  await reply.text();
  return reply;
}

const crowd = (gateway: TestGateway, size: number) =>
  Promise.all(Array.from({ length: size }, () => ask(gateway)));

test('after a provider hangs, one call probes it and the others use the fallback until it answers', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const forward = forwardClock(t);
  const { lab, gateway, asked } = await before(t, { timeouts: { wholeAnswerMs: 60_000 } });
  const hung = Promise.withResolvers<void>();
  lab.behave('key-one', { until: hung.promise });
  const early = crowd(gateway, 6);
  await until(() => asked('key-one') === 6, 'the first calls');
  forward(61_000);
  await early;
  t.mock.timers.tick(15_000);
  const failing = ask(gateway);
  await until(() => asked('key-one') === 7, 'the failing probe');
  for (const reply of await crowd(gateway, 19)) assert.equal(reply.status, 200);
  forward(61_000);
  assert.equal((await failing).status, 200);
  assert.equal(asked('key-one'), 7, 'the probe');
  t.mock.timers.tick(30_000);
  const held = Promise.withResolvers<void>();
  lab.behave('key-one', { until: held.promise });
  const probe = ask(gateway);
  await until(() => asked('key-one') === 8, 'the probe');
  await crowd(gateway, 19);
  assert.equal(asked('key-one'), 8, 'no other call during the probe');
  held.resolve();
  assert.equal((await probe).headers.get('x-conclave-model'), 'one/m');
  await crowd(gateway, 5);
  assert.equal(asked('key-one'), 13);
});

test('a provider that sends a retry time is not called before it, even if replies to earlier calls arrive', async (t) => {
  const { lab, gateway, asked } = await before(t);
  const held = Promise.withResolvers<void>();
  lab.behave('key-one', { until: held.promise });
  const early = ask(gateway);
  await until(() => asked('key-one') === 1, 'the early call');
  lab.behave('key-one', { status: 429, headers: { 'retry-after': '30' } });
  assert.equal((await ask(gateway)).headers.get('x-conclave-model'), 'other/m');
  held.resolve();
  assert.equal((await early).headers.get('x-conclave-model'), 'one/m');
  assert.equal((await ask(gateway)).headers.get('x-conclave-model'), 'other/m');
  assert.equal(asked('key-one'), 2);
});

/** Google's refusal when a model's free requests for the day are used up. */
const daysQuotaSpent = {
  error: {
    code: 429,
    message: 'You exceeded your current quota.',
    status: 'RESOURCE_EXHAUSTED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }],
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' },
    ],
  },
};

test('a used-up daily quota of one Gemini model benches that model only, and the key’s successes on other models do not lift the bench', async (t) => {
  const answer = {
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
  };
  const asked: string[] = [];
  const url = await startLocalServer(t, (request, response) => {
    const isSpent = request.url?.includes('spent') === true;
    asked.push(isSpent ? 'spent' : 'left');
    response.writeHead(isSpent ? 429 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isSpent ? daysQuotaSpent : answer));
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { google: { dialect: 'google-generate', baseUrl: `${url}/v1beta`, apiKey: 'key' } },
      models: [{ id: 'google/spent' }, { id: 'google/left' }],
      routing: { retries: 2, fallbacks: { 'google/spent': ['google/left'] } },
    },
  });
  const model = async (name: string) => (await ask(gateway, {}, name)).headers.get('x-conclave-model');
  for (let i = 0; i < 3; i += 1) {
    assert.equal(await model('google/spent'), 'google/left');
    assert.equal(await model('google/left'), 'google/left');
  }
  assert.equal(asked.filter((one) => one === 'spent').length, 1);
  assert.deepEqual(gateway.app.engine.deadCredentials(), []);
});

test('a client of a model with a used-up quota gets a rate limit error with a retry time', async (t) => {
  const url = await startLocalServer(t, (_request, response) => {
    response.writeHead(429, { 'content-type': 'application/json' });
    response.end(JSON.stringify(daysQuotaSpent));
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { google: { dialect: 'google-generate', baseUrl: `${url}/v1beta`, apiKey: 'key' } },
      models: [{ id: 'google/spent' }],
    },
  });
  const refused = await ask(gateway, {}, 'google/spent');
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '34');
});

test('a Bedrock quota that is used up in one region benches that region, whatever another region answers', async (t) => {
  const model = 'bedrock/amazon.nova-pro-v1:0';
  const asked: string[] = [];
  const url = await startLocalServer(t, (request, response) => {
    const region = /us-east-1|eu-west-1/.exec(request.headers.authorization ?? '')?.[0] ?? '';
    asked.push(region);
    const headers = { 'content-type': 'application/json' };
    if (region === 'us-east-1') {
      response.writeHead(400, { ...headers, 'x-amzn-errortype': 'ServiceQuotaExceededException' });
      return void response.end('{"message":"Your request exceeds the service quota for your account."}');
    }
    response.writeHead(200, headers);
    response.end(
      JSON.stringify({
        output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 },
        metrics: { latencyMs: 5 },
      }),
    );
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        bedrock: { baseUrl: url, region: 'us-east-1', accessKeyId: 'AKID', secretAccessKey: 'secret' },
      },
      deployments: [{ model, region: 'eu-west-1' }],
    },
  });
  for (let i = 0; i < 4; i += 1) assert.equal((await ask(gateway, {}, model)).status, 200);
  assert.deepEqual(asked, ['us-east-1', ...Array<string>(4).fill('eu-west-1')]);
  assert.deepEqual(gateway.app.engine.deadCredentials(), []);
});

test('a call with too short a time limit fails without affecting the provider’s health for other callers', async (t) => {
  const { lab, gateway } = await before(t);
  const held = Promise.withResolvers<void>();
  lab.behave('key-one', { until: held.promise });
  for (let i = 0; i < 6; i += 1) {
    const reply = await ask(gateway, { 'x-conclave-max-latency-ms': '5' });
    assert.equal(reply.status, 504);
  }
  held.resolve();
  lab.behave('key-one', {});
  assert.equal((await ask(gateway)).headers.get('x-conclave-model'), 'one/m');
});

const callersFaults = {
  'are malformed': { error: { message: 'Wrong.', type: 'invalid_request_error', code: null } },
  'are filtered': { error: { message: 'No.', type: 'invalid_request_error', code: 'content_filter' } },
  'are too long': {
    error: { message: 'Long.', type: 'invalid_request_error', code: 'context_length_exceeded' },
  },
};
for (const [what, body] of Object.entries(callersFaults)) {
  test(`prompts of one caller that ${what} do not keep other callers from the provider`, async (t) => {
    const { lab, gateway } = await before(t);
    lab.behave('key-one', { status: 400, body });
    for (let i = 0; i < 6; i += 1)
      assert.notEqual((await ask(gateway)).headers.get('x-conclave-model'), 'one/m');
    lab.behave('key-one', {});
    assert.equal((await ask(gateway)).headers.get('x-conclave-model'), 'one/m');
  });
}

test('requests that cannot be sent as they are do not keep other callers from the provider', async (t) => {
  const { lab, gateway } = await before(t);
  for (let i = 0; i < 6; i += 1) {
    const question = { model: 'one/m', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };
    const headers = { 'x-conclave-strict': 'true', 'anthropic-beta': 'some-beta' };
    const refused = await post(gateway, '/v1/messages', question, headers);
    assert.equal(refused.status, 400, await refused.text());
  }
  assert.deepEqual(lab.keys(), []);
  const unhealthy = gateway.app.engine.deployments().filter(({ healthy }) => !healthy);
  assert.deepEqual(unhealthy, []);
});

test('the state of a deployment stays with its key if the configuration inserts another deployment before it', async (t) => {
  const lab = await startKeyedProvider(t);
  const configOf = (...keys: readonly string[]) => `
providers: { lab: { dialect: openai-chat, baseUrl: "${lab.url}/v1", apiKey: key-first } }
deployments: [${keys.map((key) => `{ model: lab/m, apiKey: ${key} }`).join(', ')}]
routing: { retries: 0, balance: { strategy: round-robin } }
`;
  const home = tempFolder(t, { 'conclave.yaml': configOf('key-limited') });
  const live = await openLiveApp({
    env: { CONCLAVE_HOME: home },
    cwd: home,
    configPath: join(home, 'conclave.yaml'),
  });
  const gateway = await startGateway(live, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await gateway.close();
    await live.close();
  });
  const key = await live.current.keys.local();
  lab.behave('key-limited', { status: 429, headers: { 'retry-after': '50' } });
  const askSome = async (count: number) => {
    for (let i = 0; i < count; i += 1)
      assert.equal((await ask({ url: gateway.url, key }, {}, 'lab/m')).status, 200);
  };
  await askSome(3);
  const asked = lab.keys().length;
  await writeFile(join(home, 'conclave.yaml'), configOf('key-added', 'key-limited'));
  await live.reload();
  await askSome(6);
  assert.deepEqual(new Set(lab.keys().slice(asked)), new Set(['key-first', 'key-added']));
  const standing = live.current.engine
    .deployments()
    .map(({ id, healthy }) => [id.split('#').length > 1, healthy]);
  assert.deepEqual(standing.toSorted(), [
    [false, true],
    [true, false],
    [true, true],
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowText } from '../../src/surfaces/cli/commands/show.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { startLocalServer } from '../support/local-server.ts';
import { completion } from '../support/chat-replies.ts';

const messages = [{ role: 'user', content: 'Hello' }];

/** A provider that knows one key. Counts its requests by key. */
async function startProvider(t: Cleanup, known: string) {
  const asked: string[] = [];
  const url = await startLocalServer(t, (request, response) => {
    request.resume();
    const key = String(request.headers.authorization).replace('Bearer ', '');
    asked.push(key);
    const isKnown = key === known;
    const refusal = {
      error: { message: `Incorrect key ${key}`, type: 'invalid_request_error', code: 'invalid_api_key' },
    };
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
    response.end(isKnown ? JSON.stringify(completion('Hello.')) : JSON.stringify(refusal));
  });
  return { url, asked };
}

test('a key that was refused for two models is not tried with the other models of its provider', async (t) => {
  const provider = await startProvider(t, 'sk-right');
  const gateway = await startTestGateway(t, {
    config: { providers: { openai: { baseUrl: `${provider.url}/v1`, apiKey: 'sk-wrong' } } },
  });
  const reply = await post(gateway, '/v1/chat/completions', { model: 'auto', messages });
  assert.equal(reply.status, 502);
  assert.match(await reply.text(), /openai answered 401 .*the key refused is Conclave's for openai/);
  assert.deepEqual(provider.asked, ['sk-wrong', 'sk-wrong']);
  const row = await ledgerRow(gateway, reply);
  assert.match(row.warnings.join(), /openai refused its key twice, so its other models were not asked/);
  assert.match(rowText(row, { why: true }), /correct the key of providers\.openai.*conclave doctor/);
});

test('a refused key that stands in a configured header is named by it', async (t) => {
  const provider = await startProvider(t, 'sk-right');
  const lab = {
    dialect: 'openai-chat',
    baseUrl: `${provider.url}/v1`,
    headers: { 'x-title': 'ours', 'api-key': 'sk-wrong' },
  } as const;
  const gateway = await startTestGateway(t, { config: { providers: { lab } } });
  const reply = await post(gateway, '/v1/chat/completions', { model: 'lab/m', messages });
  assert.match(await reply.text(), /the key refused is Conclave's for lab/);
  const row = await ledgerRow(gateway, reply);
  assert.match(rowText(row, { why: true }), /correct the header api-key that is configured for lab/);
});

for (const [status, error] of [
  [402, { message: 'Insufficient Balance', type: 'unknown_error', code: 'invalid_request_error' }],
  [
    429,
    { message: 'You exceeded your current quota.', type: 'insufficient_quota', code: 'insufficient_quota' },
  ],
] as const) {
  test(`an account that answered ${status} for two models is not asked for others`, async (t) => {
    let asked = 0;
    const url = await startLocalServer(t, (request, response) => {
      request.resume();
      asked += 1;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error }));
    });
    const gateway = await startTestGateway(t, {
      config: { providers: { openai: { baseUrl: `${url}/v1`, apiKey: 'sk-empty' } } },
    });
    const reply = await post(gateway, '/v1/chat/completions', { model: 'auto', messages });
    assert.ok(!reply.ok, await reply.text());
    assert.equal(asked, 2);
    const row = await ledgerRow(gateway, reply);
    assert.match(row.warnings.join(), /openai said twice that its account is used up/);
  });
}

test('a list of models is tried to its end, although the key was refused for two of them', async (t) => {
  const lab = await startEchoingProvider(t, ({ body: { model } }) =>
    model === 'c' ? { body: completion() } : { status: 401, body: { error: { message: 'not this model' } } },
  );
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'k' } } },
  });
  const models = ['lab/a', 'lab/b', 'lab/c'];
  const reply = await post(gateway, '/v1/chat/completions', { model: 'auto', models, messages });
  assert.equal(reply.status, 200, await reply.text());
  assert.equal(reply.headers.get('x-conclave-model'), 'lab/c');
  assert.equal(lab.received.length, 3);
});

test('another key of the provider is tried', async (t) => {
  const provider = await startProvider(t, 'sk-right');
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${provider.url}/v1`, apiKey: 'sk-wrong' } },
      deployments: [{ model: 'lab/m' }, { model: 'lab/m', apiKey: 'sk-right' }],
    },
  });
  for (let call = 0; call < 4; call++) {
    const reply = await post(gateway, '/v1/chat/completions', { model: 'lab/m', messages });
    assert.equal(reply.status, 200);
    await reply.text();
  }
  assert.ok(provider.asked.filter((key) => key === 'sk-wrong').length <= 1);
});

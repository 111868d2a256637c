import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowText } from '../../src/surfaces/cli/commands/show.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
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
  const row = await gateway.app.ledger.show(reply.headers.get('x-conclave-request-id') ?? '');
  assert.ok(row);
  assert.match(row.warnings.join(), /openai refused its key twice, so its other models were not asked/);
  assert.match(rowText(row, { why: true }), /correct the key of providers\.openai.*conclave doctor/);
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

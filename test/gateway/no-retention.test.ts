import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';

// Callers that let no provider keep their data: OpenRouter's `provider.data_collection` and `provider.zdr`.

const messages = [{ role: 'user', content: 'hi' }];
const dialects: Readonly<Record<string, readonly [path: string, body: object]>> = {
  chat: ['/v1/chat/completions', { messages, max_tokens: 100 }],
  Messages: ['/v1/messages', { messages, max_tokens: 100 }],
  Responses: ['/v1/responses', { input: 'hi', max_output_tokens: 100 }],
};

/** Providers at one address: one of which nothing is known, one that agreed to keep nothing, one of our own, OpenRouter. */
async function providersOfAllKinds(t: Cleanup) {
  const lab = await startKeyedProvider(t);
  const at = (key: string) => ({
    dialect: 'openai-chat' as const,
    baseUrl: `${lab.url}/v1`,
    apiKey: `key-${key}`,
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        lab: at('lab'),
        sworn: { ...at('sworn'), zeroDataRetention: true },
        home: { ...at('home'), local: true },
        openrouter: { baseUrl: `${lab.url}/v1`, apiKey: 'key-openrouter' },
      },
      models: ['lab/m', 'sworn/m', 'home/m', 'openrouter/small/one'].map((id) => ({
        id,
        price: { input: 1, output: 1 },
      })),
      routing: { retries: 0 },
    },
  });
  return { lab, gateway };
}

for (const [client, [path, body]] of Object.entries(dialects)) {
  test(`a prompt that nobody may keep goes only to providers known to keep nothing (client of ${client})`, async (t) => {
    const { lab, gateway } = await providersOfAllKinds(t);
    for (const [provider, member] of [
      [{ data_collection: 'deny' }, 'provider.data_collection'],
      [{ zdr: true }, 'provider.zdr'],
    ] as const) {
      const asked = lab.keys().length;
      const refused = await post(gateway, path, { ...body, model: 'lab/m', provider });
      assert.equal(refused.status, 400);
      const { error } = (await refused.json()) as { error: { message: string } };
      assert.ok(error.message.includes(`"lab/m": lab/m: ${member} `), error.message);
      assert.match(error.message, /lab is neither local nor set to zeroDataRetention/);
      assert.equal(lab.keys().length, asked);
      for (const model of ['sworn/m', 'home/m', 'openrouter/small/one']) {
        for (const strict of ['false', 'true']) {
          const served = await post(
            gateway,
            path,
            { ...body, model, provider },
            { 'x-conclave-strict': strict },
          );
          assert.equal(served.status, 200, await served.text());
          assert.equal(served.headers.get('x-conclave-warnings'), null);
          const forwarded = model.startsWith('openrouter/') ? provider : undefined;
          assert.deepEqual(lab.asked.at(-1)?.body['provider'], forwarded);
        }
      }
    }
  });
}

test('a prompt that nobody may keep falls back to a provider that keeps nothing, and is not embedded elsewhere', async (t) => {
  const { lab, gateway } = await providersOfAllKinds(t);
  const provider = { zdr: true };
  const models = ['lab/m', 'sworn/m'];
  const served = await post(gateway, '/v1/chat/completions', { messages, model: 'lab/m', models, provider });
  assert.equal(served.headers.get('x-conclave-model'), 'sworn/m', await served.text());
  assert.ok(!lab.keys().includes('key-lab'));
  const [row] = await gateway.app.ledger.recent({ limit: 1 });
  assert.equal(row?.decision?.wishes?.noRetention, 'zdr');
  const vectors = await post(gateway, '/v1/embeddings', { model: 'lab/m', input: 'hi', provider });
  assert.equal(vectors.status, 400);
  assert.match(await vectors.text(), /provider\.zdr/);
  assert.ok(!lab.keys().includes('key-lab'));
  await post(gateway, '/v1/embeddings', { model: 'openrouter/small/one', input: 'hi', provider });
  assert.deepEqual(lab.asked.at(-1)?.body['provider'], provider);
});

test('members that let providers keep data rule nobody out, and other values are refused', async (t) => {
  const { gateway } = await providersOfAllKinds(t);
  const ask = (provider: object) =>
    post(gateway, '/v1/chat/completions', { messages, model: 'lab/m', provider });
  for (const provider of [
    { data_collection: 'allow' },
    { zdr: false },
    { data_collection: null, zdr: null },
  ]) {
    const served = await ask(provider);
    assert.equal(served.status, 200, await served.text());
    assert.equal(served.headers.get('x-conclave-warnings'), null);
  }
  for (const [provider, told] of [
    [{ data_collection: 'no' }, /provider\.data_collection must be/],
    [{ zdr: 'yes' }, /provider\.zdr must be/],
  ] as const) {
    const refused = await ask(provider);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), told);
  }
});

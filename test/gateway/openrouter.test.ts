import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';

// A provider that routes among providers itself: what it is sent, and the restrictions that Conclave enforces on it.

const model = 'openrouter/small/one';
const messages = [{ role: 'user', content: 'hi' }];
const dialects: Readonly<Record<string, readonly [path: string, body: object]>> = {
  chat: ['/v1/chat/completions', { model, messages, max_tokens: 2_000 }],
  Messages: ['/v1/messages', { model, messages, max_tokens: 2_000 }],
  Responses: ['/v1/responses', { model, input: 'hi', max_output_tokens: 2_000 }],
};

/** OpenRouter with a cheap and an expensive model, and another provider. */
async function openRouter(
  t: Cleanup,
  config: ConfigInput = {},
  extraBody: Record<string, Record<string, string | boolean | string[]>> = {},
) {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        openrouter: { baseUrl: `${lab.url}/v1`, apiKey: 'key-openrouter', quirks: { extraBody } },
        lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-lab' },
      },
      models: [
        { id: model, price: { input: 0.1, output: 0.1 } },
        { id: 'openrouter/large/one', price: { input: 10, output: 50 } },
        { id: 'lab/m', price: { input: 1, output: 2 } },
      ],
      routing: { retries: 0 },
      ...config,
    },
  });
  return { lab, gateway };
}

for (const [client, [path, body]] of Object.entries(dialects)) {
  test(`a client of ${client} can tell OpenRouter which providers may see its prompt`, async (t) => {
    const { lab, gateway } = await openRouter(t);
    const provider = { only: ['deepinfra/turbo'], ignore: ['azure'], data_collection: 'deny', zdr: true };
    for (const strict of ['false', 'true']) {
      const reply = await post(gateway, path, { ...body, provider }, { 'x-conclave-strict': strict });
      assert.equal(reply.status, 200, await reply.text());
      assert.deepEqual(lab.asked.at(-1)?.body['provider'], provider);
    }
  });

  test(`provider names that only Conclave knows are not sent to OpenRouter (client of ${client})`, async (t) => {
    const { lab, gateway } = await openRouter(t);
    const told = async (provider: object) => {
      const reply = await post(gateway, path, { ...body, provider });
      assert.equal(reply.status, 200, await reply.text());
      return lab.asked.at(-1)?.body['provider'];
    };
    assert.equal(await told({ only: ['openrouter'] }), undefined);
    assert.deepEqual(
      await told({ order: ['OpenRouter', 'lab', 'openai', 'novita'], allow_fallbacks: false }),
      {
        order: ['openai', 'novita'],
        allow_fallbacks: false,
      },
    );
    assert.deepEqual(await told({ ignore: ['lab'], zdr: true }), { zdr: true });
    const asked = lab.asked.length;
    const refused = await post(gateway, path, { ...body, provider: { only: ['lab'] } });
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /provider\.only does not name openrouter/);
    assert.equal(lab.asked.length, asked);
  });

  test(`the operator’s own \`provider\` object holds for every call, beside the caller’s (client of ${client})`, async (t) => {
    const { lab, gateway } = await openRouter(t, {}, { provider: { zdr: true, sort: 'price' } });
    const told = async (wishes: object) => {
      const reply = await post(gateway, path, { ...body, ...wishes });
      assert.equal(reply.status, 200, await reply.text());
      return lab.asked.at(-1)?.body['provider'];
    };
    assert.deepEqual(await told({}), { zdr: true, sort: 'price' });
    assert.deepEqual(await told({ provider: { only: ['deepinfra'], zdr: false } }), {
      only: ['deepinfra'],
      zdr: true,
      sort: 'price',
    });
  });

  test(`neither the operator nor the caller loosens what the other says of the prompt’s data (client of ${client})`, async (t) => {
    const operators = { data_collection: 'allow', only: ['deepinfra', 'azure'], ignore: ['novita'] };
    const { lab, gateway } = await openRouter(t, {}, { provider: operators });
    const told = async (provider: object) => {
      const reply = await post(gateway, path, { ...body, provider });
      assert.equal(reply.status, 200, await reply.text());
      return lab.asked.at(-1)?.body['provider'];
    };
    const wishes = { data_collection: 'deny', zdr: true, only: ['azure', 'openai'], ignore: ['together'] };
    assert.deepEqual(await told(wishes), { ...wishes, only: ['azure'], ignore: ['novita', 'together'] });
    assert.deepEqual(await told({ sort: 'price' }), { ...operators, sort: 'price' });
    const asked = lab.asked.length;
    const refused = await post(gateway, path, { ...body, provider: { only: ['openai'] } });
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /provider\.only names nothing that the operator allows/);
    const promised = await post(
      gateway,
      path,
      { ...body, provider: { only: ['openai'] } },
      { 'x-conclave-dry-run': 'true' },
    );
    assert.equal(promised.status, 400);
    assert.match(await promised.text(), /provider\.only names nothing that the operator allows/);
    assert.equal(lab.asked.length, asked);
  });

  test(`with a model of OpenRouter’s, a list of models is checked against the key, also for a client of ${client}`, async (t) => {
    const { lab, gateway } = await openRouter(t);
    const { key } = await gateway.app.keys.issue({ name: 'lim', models: [model], budgets: [] });
    const reply = await post({ ...gateway, key }, path, {
      ...body,
      models: ['large/one'],
      route: 'fallback',
    });
    assert.equal(reply.status, 200, await reply.text());
    const [asked] = lab.asked;
    assert.deepEqual(
      [asked?.body['model'], asked?.body['models'], asked?.body['route']],
      ['small/one', undefined, undefined],
    );
    lab.behave('key-openrouter', { status: 503 });
    const failed = await post({ ...gateway, key }, path, { ...body, models: ['large/one'] });
    assert.notEqual(failed.status, 200);
    assert.deepEqual([...new Set(lab.asked.map(({ body: sent }) => sent['model']))], ['small/one']);
  });
}

test('a list of models is covered by budgets and ceilings, and tried in order under OpenRouter’s names', async (t) => {
  const { lab, gateway } = await openRouter(t);
  const budgets = [{ window: 'day', limitUsd: 0.01, unknownPrices: 'refuse' }] as const;
  const { key } = await gateway.app.keys.issue({ name: 'lim', budgets });
  const [path, body] = dialects['chat'] ?? [''];
  const listed = { ...body, models: ['openrouter/large/one'] };
  const ceiling = { 'x-conclave-max-cost-usd': '0.01', 'x-conclave-strict': 'true' };
  lab.behave('key-openrouter', { status: 503 });
  assert.notEqual((await post({ ...gateway, key }, path, listed)).status, 200);
  assert.notEqual((await post(gateway, path, listed, ceiling)).status, 200);
  assert.deepEqual([...new Set(lab.asked.map(({ body: sent }) => sent['model']))], ['small/one']);
  await post(gateway, path, listed);
  assert.equal(lab.asked.at(-1)?.body['model'], 'large/one');
});

test('a preset, which may name any model, requires a key that may use all OpenRouter models', async (t) => {
  const { lab, gateway } = await openRouter(t);
  const [path, body] = dialects['chat'] ?? [''];
  const { key } = await gateway.app.keys.issue({ name: 'lim', models: [model], budgets: [] });
  const refused = await post({ ...gateway, key }, path, { ...body, preset: 'dear' });
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /preset/);
  assert.deepEqual(lab.keys(), []);
  assert.equal((await post(gateway, path, { ...body, preset: 'dear' })).status, 200);
});

for (const [dialect, path, body] of [
  ['openai-chat', '/v1/chat/completions', { messages }],
  ['openai-responses', '/v1/responses', { input: 'hi' }],
  ['anthropic-messages', '/v1/messages', { messages, max_tokens: 20 }],
] as const)
  test(`models that a gateway behind Conclave is to fall back to are checked against the key (${dialect})`, async (t) => {
    const lab = await startKeyedProvider(t);
    const gateway = await startTestGateway(t, {
      config: {
        providers: { behind: { dialect, baseUrl: `${lab.url}/v1`, apiKey: 'key-behind' } },
        models: [{ id: 'behind/small', price: { input: 1, output: 1 } }],
        routing: { retries: 0 },
      },
    });
    const { key } = await gateway.app.keys.issue({ name: 'lim', models: ['behind/small'], budgets: [] });
    for (const fallbacks of [['big/one'], [{ model: 'big-one' }]]) {
      const refused = await post({ ...gateway, key }, path, { ...body, model: 'behind/small', fallbacks });
      assert.equal(refused.status, 403);
      assert.match(await refused.text(), /may not use behind\/big.one, which \\"fallbacks\\" names/);
    }
    assert.deepEqual(lab.keys(), []);
    const fallbacks = ['big/one'];
    await post(gateway, path, { ...body, model: 'behind/small', fallbacks });
    assert.deepEqual(lab.asked.at(-1)?.body['fallbacks'], fallbacks);
  });

test('an open choice uses the first provider in `only`, and none above `max_price`', async (t) => {
  const { lab, gateway } = await openRouter(t);
  const [path] = dialects['chat'] ?? [''];
  const open = { messages, max_tokens: 20, model: 'auto', models: [model, 'openrouter/large/one', 'lab/m'] };
  const ask = (provider: object) => post(gateway, path, { ...open, provider });
  assert.equal((await ask({ only: ['lab'] })).headers.get('x-conclave-model'), 'lab/m');
  assert.deepEqual(lab.keys(), ['key-lab']);
  lab.behave('key-lab', { status: 503 });
  lab.behave('key-openrouter', { status: 503 });
  await ask({ max_price: { prompt: 2, completion: 2 } });
  assert.ok(!lab.asked.some(({ body }) => body['model'] === 'large/one'));
  const asked = lab.asked.length;
  await ask({ ignore: ['openrouter'] });
  assert.deepEqual(lab.keys().slice(asked), ['key-lab']);
});

test('a prompt that OpenRouter’s moderation refuses does not affect the model for other calls', async (t) => {
  const { lab, gateway } = await openRouter(t);
  const [path, body] = dialects['chat'] ?? [''];
  const metadata = { reasons: ['violence'], flagged_input: 'hi', provider_name: 'p' };
  const error = { code: 403, message: 'Your input was flagged', metadata };
  lab.behave('key-openrouter', { status: 403, body: { error } });
  const refused = await post(gateway, path, body);
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /"content_filter"/);
  lab.behave('key-openrouter', {});
  assert.equal((await post(gateway, path, body)).status, 200);
  assert.equal(gateway.app.engine.deployments().find(({ id }) => id.startsWith(model))?.healthy, true);
});

test('a thinking budget reaches OpenRouter in tokens, whatever the client’s dialect', async (t) => {
  const { lab, gateway } = await openRouter(t);
  const wishes = {
    chat: { reasoning: { max_tokens: 1_500 } },
    Messages: { thinking: { type: 'enabled', budget_tokens: 1_500 } },
    Responses: { reasoning: { max_tokens: 1_500 } },
  };
  for (const [client, wish] of Object.entries(wishes)) {
    const [path, body] = dialects[client] ?? [''];
    const reply = await post(gateway, path, { ...body, ...wish });
    assert.equal(reply.status, 200, await reply.text());
    assert.equal(reply.headers.get('x-conclave-warnings'), null, client);
    assert.deepEqual(lab.asked.at(-1)?.body['reasoning'], { max_tokens: 1_500 }, client);
  }
});

for (const [client, [path, body]] of Object.entries(dialects)) {
  test(`an order without fallbacks is kept: no other provider sees the prompt (client of ${client})`, async (t) => {
    const { lab, gateway } = await openRouter(t);
    const ask = (name: string, provider: object) => post(gateway, path, { ...body, model: name, provider });
    const elsewhere = await ask('lab/m', { order: ['Amazon Bedrock'], allow_fallbacks: false });
    assert.equal(elsewhere.status, 400);
    assert.match(
      await elsewhere.text(),
      /provider\.order does not name lab, and provider\.allow_fallbacks is false/,
    );
    assert.equal(lab.asked.length, 0);
    const named = await ask('lab/m', { order: ['lab', 'Amazon Bedrock'], allow_fallbacks: false });
    assert.equal(named.status, 200, await named.text());
    const first = await ask('lab/m', { order: ['Amazon Bedrock'] });
    assert.equal(first.status, 200, 'only an order');
    const passed = { order: ['amazon-bedrock'], allow_fallbacks: false };
    const forwarded = await ask(model, passed);
    assert.equal(forwarded.status, 200, await forwarded.text());
    assert.deepEqual(lab.asked.at(-1)?.body['provider'], passed, 'OpenRouter keeps it itself');
    const auto = await ask('auto', { order: ['lab'], allow_fallbacks: false });
    assert.equal(auto.headers.get('x-conclave-model'), 'lab/m', await auto.text());
  });

  test(`a call that OpenRouter answered within an order without fallbacks can be replayed (client of ${client})`, async (t) => {
    const { gateway } = await openRouter(t);
    const provider = { order: ['amazon-bedrock'], allow_fallbacks: false };
    const models = [model, 'openrouter/large/one'];
    const reply = await post(gateway, path, { ...body, model: 'auto', models, provider });
    assert.equal(reply.headers.get('x-conclave-model'), model, await reply.text());
    const { shifts } = await gateway.app.router.whatIf.replay({ prices: [`${model}=x1000`] });
    assert.deepEqual(
      shifts.map(({ from, to }) => [from, to]),
      [[model, 'openrouter/large/one']],
    );
  });

  test(`what Conclave asks about a call keeps to its order without fallbacks, beside a wider list (client of ${client})`, async (t) => {
    const classifier = { model, always: true };
    const { lab, gateway } = await openRouter(t, { routing: { retries: 0, classifier } });
    const asked = async (order: string[], only: string[]) => {
      const before = lab.asked.length;
      const provider = { order, only, allow_fallbacks: false };
      const reply = await post(gateway, path, { ...body, model: 'auto', provider });
      assert.equal(reply.status, 200, await reply.text());
      return lab.asked
        .slice(before)
        .map((one) => [one.body['model'], (one.body['provider'] as { only?: string[] } | undefined)?.only]);
    };
    assert.deepEqual(await asked(['lab'], ['lab', 'azure']), [['m', undefined]]);
    assert.deepEqual(await asked(['lab', 'groq'], ['lab', 'azure']), [['m', undefined]]);
    const [classification] = await asked(['lab', 'deepinfra/turbo'], ['lab', 'deepinfra']);
    assert.deepEqual(classification, ['small/one', ['deepinfra/turbo']]);
  });
}

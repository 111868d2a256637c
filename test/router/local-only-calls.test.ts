import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import { post, startTestGateway } from '../support/gateway.ts';

const secret = 'SECRET-44';

/** A cloud and a local provider; both answer with the secret, and classify everything as chat. */
async function setUp(t: TestContext, more: NonNullable<ConfigInput['models']> = []) {
  const says = () => `Your diagnosis ${secret} is severe.`;
  const cloud = await startAnsweringProvider(t, says);
  const house = await startAnsweringProvider(t, says);
  const config: ConfigInput = {
    providers: {
      lab: { dialect: 'openai-chat', baseUrl: cloud.url, apiKey: 'k' },
      own: { dialect: 'openai-chat', baseUrl: house.url, apiKey: 'k', local: true },
    },
    models: [
      { id: 'lab/mini', family: 'lab', tier: 'economy', price: { input: 0.1, output: 0.4 } },
      { id: 'lab/mid', family: 'lab', tier: 'workhorse', price: { input: 1, output: 4 } },
      { id: 'own/small', family: 'own', tier: 'economy', price: { input: 0, output: 0 }, capabilities: [] },
      ...more,
    ],
    routing: { policy: 'tiered', retries: 0, classifier: { model: 'lab/mini', always: true } },
  };
  const gateway = await startTestGateway(t, { config });
  const ask = (body: object, headers: Record<string, string> = {}) =>
    post(
      gateway,
      '/v1/chat/completions',
      { model: 'auto', max_tokens: 50, messages: [{ role: 'user', content: `${secret} plan` }], ...body },
      headers,
    );
  return { cloud, house, ask };
}

const ways: readonly (readonly [string, object, Record<string, string>])[] = [
  ['auto:local', { model: 'auto:local' }, {}],
  ['a list of local models', { models: ['own/small'] }, {}],
  ['a list with auto:local', { models: ['auto:local'] }, {}],
  ['the tag sensitive', {}, { 'x-conclave-tags': 'sensitive' }],
];

for (const [way, body, headers] of ways) {
  test(`nothing that Conclave asks on behalf of a call leaves the local models: ${way}`, async (t) => {
    const { cloud, house, ask } = await setUp(t);
    const reply = await ask(body, { ...headers, 'x-conclave-verify': 'true' });
    assert.equal(reply.status, 200, await reply.clone().text());
    assert.deepEqual(cloud.asked, []);
    assert.ok(house.asked.length > 0);
    const warnings = reply.headers.get('x-conclave-warnings') ?? '';
    assert.match(warnings, /was not classified: .*only local models may see this call/);
    assert.match(warnings, /could not be verified: .*only local models may see this call/);
  });
}

test('a local model that the caller names is not checked by a cloud model', async (t) => {
  const { cloud, ask } = await setUp(t);
  const reply = await ask({ model: 'own/small' }, { 'x-conclave-verify': 'true' });
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /could not be verified/);
  assert.deepEqual(cloud.asked, []);
});

test('a local answer is verified by another local family, if there is one', async (t) => {
  const { cloud, house, ask } = await setUp(t, [
    { id: 'own/other', family: 'other', tier: 'workhorse', price: { input: 0, output: 0 } },
  ]);
  await ask({ model: 'own/small' }, { 'x-conclave-verify': 'true' });
  assert.deepEqual(cloud.asked, []);
  assert.ok(house.asked.some(({ model }) => model === 'other'));
});

test('a required verification that no local model can do refuses the call before any model is asked', async (t) => {
  const { cloud, house, ask } = await setUp(t);
  const reply = await ask({ model: 'auto:local' }, { 'x-conclave-tags': 'stakes:high' });
  assert.equal(reply.status, 400);
  assert.deepEqual([cloud.asked, house.asked], [[], []]);
});

test('a call that may go to a cloud model as well is classified and verified as usual', async (t) => {
  const { cloud, ask } = await setUp(t);
  await ask({ models: ['own/small', 'lab/mini'] }, { 'x-conclave-verify': 'true' });
  assert.ok(cloud.asked.length > 0);
});

test('without a local model, the error of a call that needs one says how to get one and lists no others', async (t) => {
  const { url: baseUrl } = await startAnsweringProvider(t, () => 'Hello');
  const lab = { dialect: 'openai-chat' as const, baseUrl, apiKey: 'k' };
  const models = ['lab/mini', 'lab/mid'].map((id) => ({ id }));
  const gateway = await startTestGateway(t, { config: { providers: { lab }, models } });
  const messages = [{ role: 'user', content: 'Hello?' }];
  const asked: readonly (readonly [object, Record<string, string>])[] = [
    [{ model: 'auto:local' }, {}],
    [{ model: 'auto' }, { 'x-conclave-tags': 'sensitive' }],
    [{ model: 'lab/mini' }, { 'x-conclave-tags': 'sensitive' }],
  ];
  for (const [body, headers] of asked) {
    const reply = await post(gateway, '/v1/chat/completions', { ...body, messages }, headers);
    const text = await reply.text();
    assert.match(text, /only local models may see this call, and there is none: start a local server/);
    assert.match(text, /providers with local: true; \\"conclave doctor\\"/);
    assert.doesNotMatch(text, /lab\/mid/);
  }
});

test('if a call that needs a local model cannot use those that exist, the error is about them', async (t) => {
  const { ask } = await setUp(t);
  const tags = { 'x-conclave-tags': 'sensitive' };
  const elsewhere = await ask({ model: 'lab/mid' }, tags);
  assert.match(await elsewhere.text(), /only local models may see this call, and no local one was asked for/);
  const image_url = { url: 'data:image/png;base64,iVBORw0KGgo=' };
  const messages = [{ role: 'user', content: [{ type: 'image_url', image_url }] }];
  const unable = await (await ask({ model: 'auto:local', messages })).text();
  assert.match(unable, /only local models may see this call\. own\/small: it does not support vision/);
  assert.doesNotMatch(unable, /lab\//);
});

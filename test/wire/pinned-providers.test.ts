import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { responseOf } from '../support/responses-reply.ts';

/** One model at two providers of one dialect, and a third provider that speaks another one. */
async function twoHomes(t: TestContext, more: ConfigInput = {}) {
  const lab = await startKeyedProvider(t);
  const at = (id: string) =>
    ({ dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: `key-${id}` }) as const;
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        first: { ...at('first'), region: 'us-1' },
        second: { ...at('second'), region: 'eu-1' },
        claude: { dialect: 'anthropic-messages', baseUrl: lab.url, apiKey: 'key-claude', region: 'eu-1' },
      },
      models: [{ id: 'first/m' }, { id: 'claude/m' }],
      deployments: [{ model: 'first/m' }, { model: 'first/m', provider: 'second' }],
      routing: { retries: 0, fallbacks: { 'first/m': ['claude/m'] } },
      ...more,
    },
  });
  const ask = async (provider?: object, key = gateway.key) => {
    const messages = [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }];
    const body = { model: 'first/m', max_tokens: 50, messages, ...(provider && { provider }) };
    const before = lab.asked.length;
    const reply = await post({ url: gateway.url, key }, '/v1/chat/completions', body);
    return { status: reply.status, text: await reply.text(), keys: lab.keys().slice(before) };
  };
  return { gateway, ask };
}

test('a file is looked for at the first provider that the call may go to', async (t) => {
  const { gateway, ask } = await twoHomes(t);
  assert.deepEqual((await ask()).keys, ['key-first']);
  for (const wish of [
    { only: ['second'] },
    { only: ['claude', 'second'] },
    { ignore: ['first'] },
    { order: ['second'] },
    { order: ['second'], allow_fallbacks: false },
  ]) {
    const { status, text, keys } = await ask(wish);
    assert.deepEqual([status, keys], [200, ['key-second']], `${JSON.stringify(wish)} ${text}`);
  }
  for (const allow of [{ providers: ['second', 'claude'] }, { regions: ['eu-*'] }]) {
    const { key } = await createKey(gateway, { name: JSON.stringify(Object.keys(allow)), allow });
    assert.deepEqual((await ask(undefined, key)).keys, ['key-second'], JSON.stringify(allow));
  }
});

test('the data policy of the configuration decides where a file is looked for', async (t) => {
  const { ask } = await twoHomes(t, { routing: { allow: { regions: ['eu-*'] } } });
  assert.deepEqual((await ask()).keys, ['key-second']);
});

test('a provider that only serves callers with their own key is not expected to hold the file of another', async (t) => {
  const lab = await startKeyedProvider(t);
  const at = { dialect: 'openai-chat', baseUrl: `${lab.url}/v1` } as const;
  const { ask, gateway } = await twoHomes(t, {
    providers: { first: { ...at, callerKeys: true }, second: { ...at, apiKey: 'key-second' } },
    models: [{ id: 'first/m' }],
    routing: { retries: 0 },
  });
  assert.equal((await ask()).status, 200);
  assert.deepEqual(lab.keys(), ['key-second']);
  const messages = [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }];
  const own = { 'x-conclave-provider-key': 'first=their-key' };
  await post(gateway, '/v1/chat/completions', { model: 'first/m', messages }, own);
  assert.deepEqual(lab.keys(), ['key-second', 'their-key']);
});

test('if no provider is left that could hold the file, the refusal says what ruled each of them out', async (t) => {
  const { ask } = await twoHomes(t);
  const { status, text, keys } = await ask({ only: ['claude'] });
  assert.deepEqual([status, keys], [400, []], text);
  assert.match(
    text,
    /first\/m: provider\.only does not name first; first\/m: provider\.only does not name second/,
  );
  assert.match(text, /claude\/m: a file id requires a provider that supports openai-chat/);
});

/** Three providers of Responses, each with a model of its own, and a provider of another dialect. */
async function storingProviders(t: TestContext) {
  const lab = await startKeyedProvider(t);
  const at = (id: string) =>
    ({ dialect: 'openai-responses', baseUrl: `${lab.url}/v1`, apiKey: `key-${id}` }) as const;
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        first: { ...at('first'), callerKeys: true },
        second: at('second'),
        claude: { dialect: 'anthropic-messages', baseUrl: lab.url, apiKey: 'key-claude' },
      },
      models: [{ id: 'first/m' }, { id: 'second/n' }, { id: 'claude/m' }],
      deployments: [{ model: 'first/m' }, { model: 'first/m', provider: 'second' }],
      routing: { retries: 0 },
    },
  });
  for (const key of ['key-first', 'key-second', 'their-key'])
    lab.behave(key, { body: responseOf('Hello.', { id: `resp_of_${key}` }) });
  const ask = async (body: object, { headers = {}, key = gateway.key } = {}) => {
    const before = lab.asked.length;
    const reply = await post(
      { url: gateway.url, key },
      '/v1/responses',
      { input: 'Hello', ...body },
      headers,
    );
    return { status: reply.status, text: await reply.text(), keys: lab.keys().slice(before) };
  };
  return { gateway, ask };
}

test('an answer that is known to be stored at one provider is asked of no other', async (t) => {
  const { ask } = await storingProviders(t);
  assert.deepEqual((await ask({ model: 'first/m' })).keys, ['key-first']);
  const again = { model: 'first/m', previous_response_id: 'resp_of_key-first' };
  const excluded = await ask({ ...again, provider: { only: ['second'] } });
  assert.deepEqual([excluded.status, excluded.keys], [400, []]);
  assert.match(
    excluded.text,
    /provider\.only does not name first; first\/m: only first can resolve \\"previous_response_id\\"/,
  );
  const elsewhere = await ask({ ...again, model: 'claude/m', models: ['second/n'] });
  assert.deepEqual([elsewhere.status, elsewhere.keys], [400, []]);
  assert.match(elsewhere.text, /claude\/m, second\/n: only first can resolve \\"previous_response_id\\"/);
});

test('what only a provider can do is asked of the first one whose models the key may use', async (t) => {
  const { ask, gateway } = await storingProviders(t);
  const { key } = await createKey(gateway, { models: ['first/m', 'claude/m'] });
  const search = { model: 'claude/m', models: ['second/n', 'first/m'], tools: [{ type: 'web_search' }] };
  const { text, keys } = await ask(search, { key });
  assert.deepEqual(keys, ['key-first'], text);
});

test('what a caller stored with its own key is looked for where it brings one', async (t) => {
  const { ask } = await storingProviders(t);
  const headers = { 'x-conclave-provider-key': 'first=their-key' };
  assert.deepEqual((await ask({ model: 'first/m' }, { headers })).keys, ['their-key']);
  const again = { model: 'second/n', models: ['first/m'], previous_response_id: 'resp_of_their-key' };
  const { text, keys } = await ask(again, { headers });
  assert.deepEqual(keys, ['their-key'], text);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway } from '../support/gateway.ts';

test('a client finds auto, the tiers, the operator’s aliases and the models in one list, and can use each of them', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: `${simulator.url}/openai/v1`, apiKey: 'k' },
      },
      models: [
        { id: 'lab/grande', tier: 'workhorse', price: { input: 1, output: 2 } },
        { id: 'lab/grande-mini', tier: 'economy', price: { input: 1, output: 2 } },
      ],
      aliases: { fast: 'lab/grande-mini', best: 'lab/grande', any: 'auto' },
    }),
  });
  const listed = async (key: string, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    return ((await reply.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  const all = [
    'auto',
    'auto:workhorse',
    'auto:economy',
    'fast',
    'best',
    'any',
    'lab/grande',
    'lab/grande-mini',
  ];
  assert.deepEqual(await listed(gateway.key), all);
  assert.deepEqual(await listed(gateway.key, { 'anthropic-version': '2023-06-01' }), all);
  for (const model of all) {
    const body = { model, max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] };
    assert.equal((await post(gateway, '/v1/chat/completions', body)).status, 200, model);
    const one = await fetch(`${gateway.url}/v1/models/${model}`, {
      headers: { authorization: `Bearer ${gateway.key}` },
    });
    assert.equal(one.status, 200, model);
  }
  const { key } = await createKey(gateway, { name: 'ci', models: ['*-mini'] });
  assert.deepEqual(await listed(key), ['auto', 'auto:economy', 'fast', 'any', 'lab/grande-mini']);
});

test('auto does not choose models without a description, and the error says how to fix it', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${simulator.url}/openai/v1`, apiKey: 'k' } },
    }),
  });
  const body = { max_tokens: 20, messages: [{ role: 'user', content: 'Hi' }] };
  const open = await post(gateway, '/v1/chat/completions', { model: 'auto', ...body });
  assert.equal(open.status, 400);
  assert.match(await open.text(), /name one as provider\/model, describe it under models/);
  const named = await post(gateway, '/v1/chat/completions', { model: 'lab/grande', ...body });
  assert.equal(named.status, 200);
});

const asAnthropic = { 'anthropic-version': '2023-06-01' };

test('a key cannot look up a model that it may not use, nor count tokens for it', async (t) => {
  const gateway = await startTestGateway(t);
  const { key } = await gateway.app.keys.issue({ name: 'narrow', budgets: [], models: ['openai/*'] });
  const shown = (model: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/v1/models/${model}`, { headers: { authorization: `Bearer ${key}`, ...headers } });
  assert.equal((await shown('openai/gpt-6-sol')).status, 200);
  assert.equal((await shown('auto')).status, 200);
  const refused = await shown('anthropic/claude-sonnet-5');
  assert.equal(refused.status, 404);
  assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'model_not_found');
  const inAnthropics = await shown('sonnet', asAnthropic);
  assert.equal(inAnthropics.status, 404);
  assert.equal(((await inAnthropics.json()) as { error: { type: string } }).error.type, 'not_found_error');
  const body = { messages: [{ role: 'user', content: 'Hi' }] };
  const count = (model: string, as: string) =>
    post({ ...gateway, key: as }, '/v1/messages/count_tokens', { model, ...body });
  assert.equal((await count('anthropic/claude-sonnet-5', key)).status, 404);
  assert.equal((await count('openai/gpt-6-sol', key)).status, 200);
  assert.equal((await count('anthropic/claude-sonnet-5', gateway.key)).status, 200);
});

test('an Anthropic client pages through the models in both directions, and invalid parameters are rejected', async (t) => {
  const gateway = await startTestGateway(t);
  type Page = {
    readonly data: readonly { readonly id: string }[];
    readonly has_more: boolean;
    readonly first_id: string | null;
    readonly last_id: string | null;
  };
  const ask = (query: string) =>
    fetch(`${gateway.url}/v1/models?${query}`, {
      headers: { authorization: `Bearer ${gateway.key}`, ...asAnthropic },
    });
  const page = async (query: string) => (await (await ask(query)).json()) as Page;
  const ids = ({ data }: Page) => data.map(({ id }) => id);
  const whole = await page('');
  assert.equal(whole.has_more, false);
  const forwards: string[] = [];
  for (let next = await page('limit=7'); ; next = await page(`limit=7&after_id=${next.last_id}`)) {
    forwards.push(...ids(next));
    if (!next.has_more) break;
  }
  assert.deepEqual(forwards, ids(whole));
  const backwards: string[] = [];
  for (let next = await page(`limit=7&before_id=${whole.last_id}`); ;) {
    backwards.unshift(...ids(next));
    if (!next.has_more) break;
    next = await page(`limit=7&before_id=${next.first_id}`);
  }
  assert.deepEqual(backwards, ids(whole).slice(0, -1));
  assert.deepEqual(await page(`after_id=${whole.last_id}`), {
    data: [],
    has_more: false,
    first_id: null,
    last_id: null,
  });
  const both = `after_id=${whole.first_id}&before_id=${whole.last_id}`;
  for (const nonsense of [
    'limit=abc',
    'limit=0',
    'limit=1001',
    'limit=-1',
    'after_id=nosuch',
    'before_id=nosuch',
    both,
  ]) {
    const reply = await ask(nonsense);
    assert.equal(reply.status, 400, nonsense);
    assert.equal(((await reply.json()) as { error: { type: string } }).error.type, 'invalid_request_error');
  }
});

test('an OpenAI client counts the tokens of a prompt before sending it', async (t) => {
  const gateway = await startTestGateway(t);
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
  const count = (input: string) => client.responses.inputTokens.count({ model: 'openai/gpt-6-sol', input });
  const [short, long] = [await count('Hello'), await count('Hello '.repeat(400))];
  assert.equal(short.object, 'response.input_tokens');
  assert.ok(short.input_tokens > 0);
  assert.ok(long.input_tokens > short.input_tokens + 400);
  const { key } = await gateway.app.keys.issue({ name: 'narrow', budgets: [], models: ['anthropic/*'] });
  const refused = await post({ ...gateway, key }, '/v1/responses/input_tokens', {
    model: 'openai/gpt-6-sol',
    input: 'Hello',
  });
  assert.equal(refused.status, 404);
});

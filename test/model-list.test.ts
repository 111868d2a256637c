import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway } from './gateway.ts';

test('a client finds auto, the tiers, the operator’s aliases and the models in one list, each of which it can ask', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: `${simulator.url}/openai/v1`, apiKey: 'k' },
      },
      models: [
        { id: 'lab/grande', tier: 'workhorse', price: { input: 1, output: 2 } },
        { id: 'lab/grande-mini', tier: 'economy', price: { input: 1, output: 2 } },
      ],
      aliases: { fast: 'lab/grande-mini', any: 'auto' },
    }),
  });
  const listed = async (key: string, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    return ((await reply.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  const all = ['auto', 'auto:workhorse', 'auto:economy', 'fast', 'any', 'lab/grande', 'lab/grande-mini'];
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
  const made = await post({ ...gateway, key: gateway.adminKey }, '/admin/keys', {
    name: 'ci',
    models: ['*-mini'],
  });
  const { key } = (await made.json()) as { key: string };
  assert.deepEqual(await listed(key), ['auto', 'auto:economy', 'fast', 'any', 'lab/grande-mini']);
});

test('a provider whose models nobody has described is no choice for auto, and the answer says what to do', async (t) => {
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

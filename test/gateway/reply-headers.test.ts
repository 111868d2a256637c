import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { completion } from '../support/chat-replies.ts';
import { post, startTestGateway } from '../support/gateway.ts';

const messages = [{ role: 'user', content: 'Hello' }];

test('the headers of a reply say what it cost, and whether that is counted, estimated or unknown', async (t) => {
  const provider = await startKeyedProvider(t);
  const { usage: _, ...uncounted } = completion();
  provider.behave('uncounted', { body: uncounted });
  const at = (apiKey: string) => ({ dialect: 'openai-chat' as const, baseUrl: provider.url, apiKey });
  const price = { input: 1, output: 2 };
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        exact: at('exact'),
        silent: at('uncounted'),
      },
      models: [
        { id: 'exact/m', price },
        { id: 'silent/m', price },
      ],
    },
  });
  const headers = async (model: string) => {
    const reply = await post(gateway, '/v1/chat/completions', { model, messages });
    assert.equal(reply.status, 200, await reply.text());
    return ['model', 'cost-usd', 'estimated'].map((name) => reply.headers.get(`x-conclave-${name}`));
  };
  assert.deepEqual(await headers('exact/m'), ['exact/m', '0.00002', null]);
  assert.deepEqual(await headers('exact/unpriced'), ['exact/unpriced', 'unknown', null]);
  const [, cost, estimated] = await headers('silent/m');
  assert.equal(estimated, 'true');
  assert.ok(Number(cost) > 0);
});

test('after a fallback the client reads the warnings in full; the ledger leaves out what they quote', async (t) => {
  const provider = await startEchoingProvider(t, ({ path }) =>
    path.includes('/messages')
      ? { status: 529, body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } }
      : { body: completion() },
  );
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        anthropic: { baseUrl: provider.url, apiKey: 'k' },
        lab: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'k' },
      },
      routing: { retries: 0, fallbacks: { 'anthropic/claude-sonnet-4-6': ['lab/m'] } },
    },
  });
  const searched = [
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
    { type: 'text', text: 'Found.' },
  ];
  const body = {
    model: 'anthropic/claude-sonnet-4-6',
    max_tokens: 100,
    messages: [
      { role: 'user', content: 'Search.' },
      { role: 'assistant', content: searched },
      { role: 'user', content: 'Go on.' },
    ],
  };
  const reply = await post(gateway, '/v1/messages', body);
  assert.equal(reply.status, 200, await reply.text());
  assert.equal(reply.headers.get('x-conclave-model'), 'lab/m');
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /A block "server_tool_use" of anthropic-messages was left out/,
  );
  const row = await gateway.app.ledger.show(reply.headers.get('x-conclave-request-id') ?? '');
  assert.match(row?.warnings.join() ?? '', /A block … of anthropic-messages/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';

// Claude's thinking is billed as output; since late 2026 Anthropic says how much of it there was.

const events = (usage: object) =>
  [
    {
      type: 'message_start',
      message: { id: 'msg_1', type: 'message', model: 'c', usage: { input_tokens: 3, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hello' } },
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
    { type: 'message_stop' },
  ]
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');

const whole = (usage: object) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'c',
  content: [
    { type: 'thinking', thinking: 'Hm.', signature: 'EqQB' },
    { type: 'text', text: 'Hello' },
  ],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, ...usage },
});

const counted = { output_tokens: 50, output_tokens_details: { thinking_tokens: 33 } };

test("clients of every dialect get Claude's thinking token count, streamed and whole, at the same price", async (t) => {
  const provider = await startEchoingProvider(t, ({ body }) => ({
    body: body['stream'] === true ? events(counted) : whole(counted),
  }));
  const gateway = await startTestGateway(t, {
    config: {
      providers: { anthropic: { baseUrl: provider.url, apiKey: 'k' } },
      models: [{ id: 'anthropic/claude-sonnet-5', price: { input: 1, output: 10 } }],
    },
  });
  const messages = [{ role: 'user', content: 'Hi' }];
  const model = 'anthropic/claude-sonnet-5';
  const asked = {
    '/v1/chat/completions': [
      { model, messages, stream_options: { include_usage: true } },
      /"completion_tokens":50,.*"reasoning_tokens":33/,
    ],
    '/v1/responses': [
      { model, input: 'Hi' },
      /"output_tokens":50,"output_tokens_details":\{"reasoning_tokens":33\}/,
    ],
    '/v1/messages': [{ model, messages, max_tokens: 100 }, /"thinking_tokens":33/],
  } as const;
  for (const [path, [body, told]] of Object.entries(asked)) {
    for (const stream of [true, false]) {
      const { stream_options, ...rest } = { stream_options: undefined, ...body };
      const reply = await post(gateway, path, { ...rest, stream, ...(stream && { stream_options }) });
      const text = await reply.text();
      assert.equal(reply.status, 200, text);
      assert.match(text, told, `${path}, ${stream ? 'streamed' : 'whole'}`);
      const row = await lastRow(gateway);
      assert.deepEqual([row.usage.output, row.usage.reasoning], [17, 33]);
      assert.equal(row.cost, BigInt(3 * 1_000 + 50 * 10_000));
    }
  }
});

test('if no thinking token count is reported, a chat client does not get a count of zero', async (t) => {
  const provider = await startEchoingProvider(t, ({ body }) => ({
    body: body['stream'] === true ? events({ output_tokens: 50 }) : whole({ output_tokens: 50 }),
  }));
  const gateway = await startTestGateway(t, {
    config: { providers: { anthropic: { baseUrl: provider.url, apiKey: 'k' } } },
  });
  for (const stream of [true, false]) {
    const reply = await post(gateway, '/v1/chat/completions', {
      model: 'anthropic/claude-sonnet-5',
      messages: [{ role: 'user', content: 'Hi' }],
      stream,
      ...(stream && { stream_options: { include_usage: true } }),
    });
    const text = await reply.text();
    assert.match(text, /"completion_tokens":50/);
    assert.doesNotMatch(text, /reasoning_tokens/);
  }
});

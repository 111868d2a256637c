import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedProvider, wholeReply } from '../providers/scripted-provider.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { chunk } from '../support/chat-replies.ts';

// What a provider's own tools have done is billed, even if the connection breaks before the reply reports its usage.

const sse = (events: readonly { readonly type: string; readonly [member: string]: unknown }[]) =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

const numbers = [0, 1, 2, 3, 4];
const response = { id: 'resp_1', object: 'response', status: 'in_progress', model: 'm', output: [] };
const call = (at: number, action: object) => ({
  type: 'web_search_call',
  id: `ws_${at}`,
  status: 'completed',
  action,
});

const searchedByOpenAi = sse([
  { type: 'response.created', response },
  ...numbers.map((at) => ({
    type: 'response.output_item.done',
    output_index: at,
    item: call(at, { type: 'search', query: 'x' }),
  })),
  // Opening a page that was found is no search.
  {
    type: 'response.output_item.done',
    output_index: 5,
    item: call(5, { type: 'open_page', url: 'https://a.example' }),
  },
  { type: 'response.output_text.delta', output_index: 6, content_index: 0, delta: 'So far' },
]);

const block = (index: number, content_block: object) => [
  { type: 'content_block_start', index, content_block },
  { type: 'content_block_stop', index },
];
const found = (at: number, content: unknown) => ({
  type: 'web_search_tool_result',
  tool_use_id: `srvtoolu_${at}`,
  content,
});
const searchedByClaude = sse([
  {
    type: 'message_start',
    message: { id: 'msg_1', type: 'message', model: 'm', usage: { input_tokens: 100, output_tokens: 1 } },
  },
  ...numbers.flatMap((at) => [
    ...block(2 * at, { type: 'server_tool_use', id: `srvtoolu_${at}`, name: 'web_search', input: {} }),
    ...block(2 * at + 1, found(at, [{ type: 'web_search_result', url: 'https://a.example', title: 'A' }])),
  ]),
  // Anthropic does not bill a search that failed.
  ...block(10, found(10, { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' })),
  { type: 'content_block_start', index: 11, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 11, delta: { type: 'text_delta', text: 'So far' } },
]);

/** 20,000 bytes of found pages: half of them encrypted, in Base64. */
const readByClaude = (...end: readonly { readonly type: string; readonly [member: string]: unknown }[]) =>
  sse([
    {
      type: 'message_start',
      message: { id: 'msg_1', type: 'message', model: 'm', usage: { input_tokens: 100, output_tokens: 1 } },
    },
    ...block(0, { type: 'server_tool_use', id: 'srvtoolu_0', name: 'web_search', input: {} }),
    ...block(1, found(0, [{ type: 'web_search_result', encrypted_content: 'QUFB'.repeat(10_000 / 3) }])),
    ...block(2, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_fetch', input: {} }),
    ...block(3, {
      type: 'web_fetch_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: { type: 'web_fetch_result', content: { source: { type: 'text', data: 'x'.repeat(10_000) } } },
    }),
    ...end,
  ]);

const ranCodeOfClaude = sse([
  {
    type: 'message_start',
    message: { id: 'msg_1', type: 'message', model: 'm', usage: { input_tokens: 100, output_tokens: 1 } },
  },
  ...block(0, { type: 'server_tool_use', id: 'srvtoolu_0', name: 'code_execution', input: {} }),
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: 'So far' } },
]);

const searchedByGroq =
  chunk({ role: 'assistant', executed_tools: [{ index: 0, type: 'browser_search', arguments: '{}' }] }) +
  chunk({ content: 'So far' });

const searches = 50_000_000n;

test('web searches of a stream that broke off are booked', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        openai: { baseUrl: scripted.url, apiKey: 'k', dialect: 'openai-responses' },
        anthropic: { baseUrl: scripted.url, apiKey: 'k' },
        groq: { baseUrl: scripted.url, apiKey: 'k' },
      },
      routing: { retries: 0 },
    },
  });
  async function rowOf(model: string, text: string) {
    scripted.say({ contentType: 'text/event-stream', pieces: [Buffer.from(text)], ending: 'reset' });
    const messages = [{ role: 'user', content: 'Search' }];
    const reply = await post(gateway, '/v1/chat/completions', { model, messages, stream: true });
    await reply.text().catch(() => '');
    return lastRow(gateway);
  }
  for (const [model, text] of [
    ['openai/gpt-5', searchedByOpenAi],
    ['anthropic/claude-sonnet-4-6', searchedByClaude],
  ] as const) {
    const { attempts, cost = 0n, estimated } = await rowOf(model, text);
    assert.equal(attempts[0]?.usage.webSearches, 5, model);
    assert.ok(cost >= searches && cost < searches + 2_000_000n, `${model}: ${cost}`);
    assert.equal(estimated, true);
  }
  const sonnet = 'anthropic/claude-sonnet-4-6';
  const read = (await rowOf(sonnet, readByClaude())).attempts[0]?.usage.input ?? 0;
  assert.ok(read > 100 + 4_900 && read < 100 + 5_200, `what Claude read is estimated: ${read}`);
  const pdf = readByClaude(
    ...block(4, {
      type: 'web_fetch_tool_result',
      tool_use_id: 'srvtoolu_2',
      content: {
        type: 'web_fetch_result',
        content: { source: { type: 'base64', media_type: 'application/pdf', data: 'QUFB'.repeat(100_000) } },
      },
    }),
  );
  const withPdf = (await rowOf(sonnet, pdf)).attempts[0]?.usage.input ?? 0;
  const ofPdf = withPdf - read - 400_000 / 40;
  assert.ok(ofPdf >= 0 && ofPdf < 20, `a PDF is estimated as one in a prompt: ${withPdf}`);
  const endless = block(4, found(4, [{ type: 'web_search_result', title: 'x'.repeat(6_000_000) }]));
  const most = (await rowOf(sonnet, readByClaude(...endless))).attempts[0]?.usage.input;
  assert.equal(most, 1_000_000, 'no prompt is longer than the window');
  const usage = { input_tokens: 5_300, output_tokens: 9 };
  const told = await rowOf(sonnet, readByClaude({ type: 'message_delta', delta: {}, usage }));
  assert.equal(told.attempts[0]?.usage.input, 5_300, 'a usage that follows counts it');

  for (const [model, text, tool] of [
    ['groq/openai/gpt-oss-120b', searchedByGroq, /browser_search: .* has no known price for it/],
    [sonnet, ranCodeOfClaude, /code_execution: .* has no known price for it/],
  ] as const) {
    const { warnings } = await rowOf(model, text);
    assert.match(warnings.join(), tool);
  }
});

test('web searches of a whole answer are booked without a usage, as those of a stream are', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: { anthropic: { baseUrl: scripted.url, apiKey: 'k' } } },
  });
  const content = [
    ...numbers.map((at) => found(at, [{ type: 'web_search_result', url: 'https://a.example', title: 'A' }])),
    { type: 'text', text: 'Found' },
  ];
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn' };
  const model = 'anthropic/claude-sonnet-4-6';
  const ask = { model, max_tokens: 99, messages: [{ role: 'user', content: 'Search' }] };
  for (const path of ['/v1/messages', '/v1/chat/completions']) {
    scripted.say(wholeReply({ ...message, content }));
    const reply = await post(gateway, path, ask);
    assert.equal(reply.status, 200, await reply.text());
    const { attempts, cost = 0n, estimated } = await lastRow(gateway);
    assert.deepEqual([attempts[0]?.usage.webSearches, estimated], [5, true], path);
    assert.ok(cost >= searches && cost < searches + 2_000_000n, `${path}: ${cost}`);
  }
});

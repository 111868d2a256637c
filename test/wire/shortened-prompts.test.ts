import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { everySimulatedProvider, post, startTestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { modelRequests } from '../support/model-requests.ts';

// Requests that ask their provider to shorten a prompt that its model's window does not hold.

const gateway = await startTestGateway(
  { after },
  {
    config: (simulator) => ({
      providers: {
        ...everySimulatedProvider(simulator),
        openrouter: { baseUrl: `${simulator.url}/deepseek/v1`, apiKey: 'key-deepseek' },
      },
      models: [
        'anthropic/claude-sonnet-4-6',
        'openai/gpt-6-sol',
        'openai/gpt-6-sol!fault=cut,after=3',
        'deepseek/deepseek-chat',
        'openrouter/deepseek-chat',
        'google/gemini-embedding-001',
      ].map((id) => ({ id, contextWindow: 4_000, price: { input: 10, output: 10 } })),
      routing: { retries: 0 },
    }),
  },
);

const long = 'The old story goes on and on. '.repeat(1_000);

async function answerTo(path: string, body: object, headers: Record<string, string> = {}) {
  const before = modelRequests(gateway.simulator).length;
  const reply = await post(gateway, path, body, { 'x-conclave-max-cost-usd': '0.1', ...headers });
  const text = await reply.text();
  return { status: reply.status, text, asked: modelRequests(gateway.simulator).length - before };
}

describe('a Responses client', () => {
  const input = [
    { role: 'user', content: long },
    { role: 'assistant', content: 'Yes.' },
    { role: 'user', content: 'Go on.' },
  ];
  const ask = (more: object, model = 'openai/gpt-6-sol') =>
    answerTo('/v1/responses', { model, input, max_output_tokens: 100, ...more });

  test('has OpenAI truncate its input, and pays for no more than the window', async () => {
    const cut = await ask({ truncation: 'auto' });
    assert.equal(cut.status, 200, cut.text);
    const whole = await ask({ truncation: 'disabled' });
    assert.deepEqual([whole.status, whole.asked], [400, 0]);
    assert.match(whole.text, /accepts 4000 tokens/);
  });

  test('is booked no more than the window if the answer breaks off before it is counted', async () => {
    const model = 'openai/gpt-6-sol!fault=cut,after=3';
    const broken = await ask({ truncation: 'auto', stream: true }, model);
    assert.match(broken.text, /response\.failed|"error"/);
    const row = await lastRow(gateway);
    assert.equal(row.estimated, true);
    assert.ok(row.usage.input <= 4_000, `${row.usage.input} tokens`);
  });

  test('would be charged no more than the window if the process died during the call', async () => {
    const asked = await ask({ truncation: 'auto' });
    assert.equal(asked.status, 200, asked.text);
    const { id } = await lastRow(gateway);
    using database = new DatabaseSync(join(gateway.home, 'conclave.db'), { timeout: 5_000 });
    const row = database.prepare('SELECT input_estimate FROM calls WHERE id = ?').get(id);
    // 4,000 tokens at ten dollars per million.
    assert.equal(Number(row?.['input_estimate']), 40_000_000);
  });

  test('has OpenAI compact it, before this request or during it', async () => {
    const more = { 'x-conclave-max-cost-usd': '5' };
    const body = { model: 'openai/gpt-6-sol', input, max_output_tokens: 100 };
    const wanted = { ...body, context_management: [{ type: 'compaction', compact_threshold: 2_000 }] };
    const during = await answerTo('/v1/responses', wanted, more);
    assert.equal(during.asked, 1, during.text);
    const item = { type: 'compaction', id: 'cmp_1', encrypted_content: 'ENC' };
    const done = { ...body, input: [...input.slice(0, 2), item, ...input.slice(2)] };
    assert.equal((await answerTo('/v1/responses', done)).asked, 1);
  });

  test('is told that another provider does not do so', async () => {
    const { status, asked, text } = await ask({ truncation: 'auto' }, 'anthropic/claude-sonnet-4-6');
    assert.deepEqual([status, asked], [400, 0]);
    assert.match(text, /its provider does not act on \\"truncation\\"/);
  });
});

test('a Messages client has Anthropic clear results of tools', async () => {
  const messages = [
    { role: 'user', content: 'Read it.' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'read', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: long }] },
  ];
  const tools = [{ name: 'read', input_schema: { type: 'object' } }];
  const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'context-management-2025-06-27' };
  const ask = (model: string, edit: object, more: Record<string, string> = {}) =>
    answerTo(
      '/v1/messages',
      { model, max_tokens: 100, messages, tools, context_management: { edits: [edit] } },
      { ...headers, ...more },
    );
  const clear = { type: 'clear_tool_uses_20250919' };
  const dear = { 'x-conclave-max-cost-usd': '1' };
  const own = await ask('anthropic/claude-sonnet-4-6', clear, dear);
  assert.equal(own.status, 200, own.text);
  const other = await ask('openai/gpt-6-sol', clear);
  assert.deepEqual([other.status, other.asked], [400, 0]);
  assert.match(other.text, /prompt is too long.*does not act on \\"context_management\\"/);
  const bounded = await ask('anthropic/claude-sonnet-4-6', clear);
  assert.equal(
    bounded.asked,
    0,
    'what is left may be more than the window: all of it is under the ceiling, or none',
  );
  const kept = await ask('anthropic/claude-sonnet-4-6', { type: 'clear_thinking_20251015' }, dear);
  assert.equal(kept.asked, 0, 'there are no thoughts to clear');
});

test('a Messages client has Anthropic clear results of the tools that Anthropic runs itself', async () => {
  const searched = [
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'tides' } },
    {
      type: 'web_search_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: [
        { type: 'web_search_result', url: 'https://example.org', title: 'Tides', encrypted_content: long },
      ],
    },
  ];
  const body = {
    model: 'anthropic/claude-sonnet-4-6',
    max_tokens: 100,
    tools: [{ type: 'web_search_20250305', name: 'web_search' }],
    messages: [
      { role: 'user', content: 'Search.' },
      { role: 'assistant', content: [...searched, { type: 'text', text: 'Found.' }] },
      { role: 'user', content: 'Go on.' },
    ],
    context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
  };
  const headers = { 'anthropic-version': '2023-06-01', 'x-conclave-max-cost-usd': '5' };
  const { asked, text } = await answerTo('/v1/messages', body, headers);
  assert.equal(asked, 1, text);
});

test('a batch of embeddings that its provider does not count is booked whole, however small the window', async () => {
  const input = Array.from({ length: 10 }, () => 'A river delta. '.repeat(200));
  const ask = (ceiling: string) =>
    answerTo(
      '/v1/embeddings',
      { model: 'google/gemini-embedding-001', input },
      { 'x-conclave-max-cost-usd': ceiling },
    );
  const dear = await ask('0.01');
  assert.deepEqual([dear.status, dear.asked], [400, 0]);
  assert.match(dear.text, /may cost.*raise the ceiling/, 'each text has the window to itself');
  const reply = await ask('5');
  assert.equal(reply.status, 200, reply.text);
  const row = await lastRow(gateway);
  assert.equal(row.estimated, true);
  assert.ok(row.usage.input > 4_000, `${row.usage.input} tokens`);
});

test('a client of OpenRouter has it compress the prompt; other providers ignore its fields', async () => {
  const messages = [{ role: 'user', content: long }];
  const dear = { 'x-conclave-max-cost-usd': '1' };
  const fields = [{ transforms: ['middle-out'] }, { plugins: [{ id: 'context-compression' }] }];
  for (const more of fields) {
    const ask = (model: string) => answerTo('/v1/chat/completions', { model, messages, ...more }, dear);
    const own = await ask('openrouter/deepseek-chat');
    assert.equal(own.asked, 1, own.text);
    const elsewhere = await ask('deepseek/deepseek-chat');
    assert.deepEqual([elsewhere.status, elsewhere.asked], [400, 0]);
  }
  const off = { plugins: [{ id: 'context-compression', enabled: false }] };
  const body = { model: 'openrouter/deepseek-chat', messages, ...off };
  assert.equal((await answerTo('/v1/chat/completions', body, dear)).asked, 0);
});

test('a limit of tokens per minute, and the cost of a dry run, count what is left of a truncated prompt', async (t) => {
  const model = 'openai/gpt-6-sol';
  const limited = await startTestGateway(t, {
    config: (simulator) => ({
      providers: everySimulatedProvider(simulator),
      models: [{ id: model, contextWindow: 4_000, price: { input: 10, output: 10 } }],
      deployments: [{ model, tpm: 6_000 }],
      routing: { retries: 0 },
    }),
  });
  const body = { model, input: long, max_output_tokens: 100, truncation: 'auto' };
  const dry = await post(limited, '/v1/responses', body, { 'x-conclave-dry-run': 'true' });
  const { steps } = (await dry.json()) as {
    steps: { estimated_cost_usd: number; has_room: boolean }[][];
  };
  const [planned] = steps[0] ?? [];
  assert.equal(planned?.has_room, true, JSON.stringify(steps));
  const most = (4_000 + 100) * 10e-6;
  assert.ok((planned?.estimated_cost_usd ?? Infinity) <= most, JSON.stringify(steps));
  const reply = await post(limited, '/v1/responses', body);
  assert.equal(reply.status, 200, await reply.text());
  const again = await post(limited, '/v1/responses', body);
  assert.equal(again.status, 429, 'the first took two thirds of the limit');
});

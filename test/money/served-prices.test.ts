import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { messageItem, responseOf } from '../support/responses-reply.ts';
import { startScriptedProvider, type ScriptedProvider } from '../providers/scripted-provider.ts';

// Some answers are billed at a different price than their model's, because of their service tier or the features used.

const messages = [{ role: 'user', content: 'Hello' }];
const chatUsage = { prompt_tokens: 1_000, completion_tokens: 1_000, total_tokens: 2_000 };
const claudeUsage = { input_tokens: 1_000, output_tokens: 1_000 };

type Said = { readonly whole: object; readonly stream: string };

const chat = (more: object, usage: object = {}, says: object = {}): Said => {
  const head = { id: 'c', created: 1, model: 'm', ...more };
  const sum = { usage: { ...chatUsage, ...usage } };
  const event = (choices: object[], rest = {}) =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...rest })}\n\n`;
  const message = { role: 'assistant', content: 'Hi', ...says };
  return {
    whole: {
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      ...sum,
    },
    stream: `${event([{ index: 0, delta: message, finish_reason: null }])}${event([{ index: 0, delta: {}, finish_reason: 'stop' }])}${event([], sum)}data: [DONE]\n\n`,
  };
};

const claude = (more: object, tool?: string): Said => {
  const usage = { ...claudeUsage, ...more };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_sequence: null };
  const events = [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
    { type: 'content_block_stop', index: 0 },
    ...(tool === undefined
      ? []
      : [
          { type: 'content_block_start', index: 1, content_block: used(tool) },
          { type: 'content_block_stop', index: 1 },
        ]),
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1_000 } },
    { type: 'message_stop' },
  ];
  return {
    whole: {
      ...message,
      content: [{ type: 'text', text: 'Hi' }, ...(tool === undefined ? [] : [used(tool)])],
      stop_reason: 'end_turn',
      usage,
    },
    stream: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  };
};

const used = (name: string) => ({ type: 'server_tool_use', id: 'srvtoolu_1', name, input: {} });

const gemini = (usage: object, more: object = {}): Said => {
  const candidate = { content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP', ...more };
  const whole = {
    candidates: [candidate],
    usageMetadata: { promptTokenCount: 1_000, candidatesTokenCount: 1_000, ...usage },
    modelVersion: 'gemini-3.1-flash-lite',
  };
  return { whole, stream: `data: ${JSON.stringify(whole)}\n\n` };
};

const hosted = (type: string, more: object = {}): Said => {
  const usage = { input_tokens: 1_000, output_tokens: 1_000, total_tokens: 2_000 };
  const whole = responseOf([{ type, id: 'x_1', status: 'completed' }, messageItem('Hi')], { usage, ...more });
  const event = { type: 'response.completed', sequence_number: 0, response: whole };
  return { whole, stream: `event: response.completed\ndata: ${JSON.stringify(event)}\n\n` };
};

/** Nano-dollars; `estimated`: what the warning names. */
type Case = {
  readonly model: string;
  readonly says: Said;
  readonly cost: bigint;
  readonly estimated?: string;
};

const cases: Readonly<Record<string, Case>> = {
  'the ordinary tier': {
    model: 'openai/gpt-5.5',
    says: chat({ service_tier: 'default' }),
    cost: 35_000_000n,
  },
  'flex, at half': { model: 'openai/gpt-5.5', says: chat({ service_tier: 'flex' }), cost: 17_500_000n },
  'priority, at its published multiple': {
    model: 'openai/gpt-5.5',
    says: chat({ service_tier: 'priority' }),
    cost: 87_500_000n,
  },
  'fast mode, the later name of priority': {
    model: 'openai/gpt-5.5',
    says: chat({ service_tier: 'fast' }),
    cost: 87_500_000n,
  },
  'the fast mode of GPT-5.6': {
    model: 'openai/gpt-5.6-terra',
    says: chat({ service_tier: 'fast' }),
    cost: 28_000_000n,
  },
  'the fast mode of a model without a published multiple': {
    model: 'openai/gpt-6-astra',
    says: chat({ service_tier: 'fast' }),
    cost: 60_000_000n,
    estimated: 'service_tier=fast',
  },
  'a model that searches the web for every answer, which OpenAI bills apart': {
    model: 'openai/gpt-4o-search-preview',
    says: chat({}),
    cost: 12_500_000n,
    estimated: 'web_search',
  },
  'a smaller one, by its dated name': {
    model: 'openai/gpt-4o-mini-search-preview-2025-03-11',
    says: chat({}),
    cost: 750_000n,
    estimated: 'web_search',
  },
  'a name that may mean a newer model than the one of its price': {
    model: 'mistral/mistral-large-latest',
    says: chat({}),
    cost: 2_000_000n,
    estimated: 'latest_model',
  },
  'a tool that Groq runs itself': {
    model: 'groq/openai/gpt-oss-120b',
    says: chat({}, {}, { executed_tools: [{ index: 0, type: 'browser_search', arguments: '{}' }] }),
    cost: 750_000n,
    estimated: 'browser_search',
  },
  'sound without a price of its own': {
    model: 'openai/gpt-5.5',
    says: chat({}, { prompt_tokens_details: { audio_tokens: 200 } }),
    cost: 35_000_000n,
    estimated: 'audio tokens',
  },
  'a spoken answer': {
    model: 'openai/gpt-audio',
    says: chat({}, { completion_tokens_details: { audio_tokens: 900 } }),
    cost: 2_500_000n + 1_000_000n + 57_600_000n,
  },
  'a spoken answer of a model whose price for it is unknown': {
    model: 'openai/gpt-4o-audio-preview',
    says: chat({}, { completion_tokens_details: { audio_tokens: 900 } }),
    cost: 12_500_000n,
    estimated: 'audio tokens of the answer',
  },
  'the fast mode of Opus 4.8': {
    model: 'anthropic/claude-opus-4-8',
    says: claude({ speed: 'fast' }),
    cost: 60_000_000n,
  },
  'the fast mode of a model that has none': {
    model: 'anthropic/claude-sonnet-4-6',
    says: claude({ speed: 'fast' }),
    cost: 18_000_000n,
    estimated: 'speed=fast',
  },
  'inference in the United States': {
    model: 'anthropic/claude-opus-4-8',
    says: claude({ inference_geo: 'us', service_tier: 'standard' }),
    cost: 33_000_000n,
  },
  'both at once': {
    model: 'anthropic/claude-opus-4-8',
    says: claude({ inference_geo: 'us', speed: 'fast' }),
    cost: 66_000_000n,
  },
  'a bought capacity': {
    model: 'anthropic/claude-opus-4-8',
    says: claude({ service_tier: 'priority', inference_geo: 'not_available', speed: 'standard' }),
    cost: 30_000_000n,
    estimated: 'service_tier=priority',
  },
  'a container that runs code': {
    model: 'anthropic/claude-opus-4-8',
    says: claude({}, 'bash_code_execution'),
    cost: 30_000_000n,
    estimated: 'code_execution',
  },
  'a fetch from the web, which costs its tokens': {
    model: 'anthropic/claude-opus-4-8',
    says: claude({}, 'web_fetch'),
    cost: 30_000_000n,
  },
  'sources of a search': {
    model: 'openai/gpt-5.5',
    says: chat({}, { num_sources_used: 3 }),
    cost: 35_000_000n,
    estimated: 'num_sources_used',
  },
  'sound that is billed by its seconds': {
    model: 'openai/gpt-5.5',
    says: chat({}, { prompt_audio_seconds: 600 }),
    cost: 35_000_000n,
    estimated: 'prompt_audio_seconds',
  },
  'sound of no length': {
    model: 'openai/gpt-5.5',
    says: chat({}, { prompt_audio_seconds: 0 }),
    cost: 35_000_000n,
  },
  'sound with a price of its own': {
    model: 'google/gemini-3.1-flash-lite',
    says: gemini({ promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 1_000 }] }),
    cost: 500_000n + 1_500_000n,
  },
  'searches without a known price': {
    model: 'google/gemini-3.1-flash-lite',
    says: gemini({}, { groundingMetadata: { webSearchQueries: ['a', 'b'] } }),
    cost: 1_750_000n,
    estimated: 'web searches',
  },
  'a search in files': {
    model: 'openai/gpt-5.6-sol',
    says: hosted('file_search_call'),
    cost: 24_000_000n,
    estimated: 'file_search_call',
  },
  'a session of the code interpreter on flex': {
    model: 'openai/gpt-5.6-sol',
    says: hosted('code_interpreter_call', { service_tier: 'flex' }),
    cost: 12_000_000n,
    estimated: 'code_interpreter_call',
  },
};

for (const [title, { model, says, cost, estimated }] of Object.entries(cases)) {
  test(`${title}: booked as billed, or marked as estimated, streamed or whole`, async (t) => {
    const scripted = await startScriptedProvider(t);
    const gateway = await setUp(t, scripted, says);
    for (const stream of [false, true]) {
      say(scripted, says, stream);
      const reply = await post(gateway, '/v1/chat/completions', { model, messages, stream });
      const text = await reply.text();
      assert.equal(reply.status, 200, text);
      const row = await ledgerRow(gateway, reply);
      assert.deepEqual([row.cost, row.estimated], [cost, estimated !== undefined], text);
      const warned = row.warnings.filter((warning) => /has no known price for it/.test(warning));
      assert.deepEqual(
        warned.map((warning) => warning.split(':')[0]),
        estimated === undefined ? [] : [estimated],
      );
      if (!stream && estimated)
        assert.match(reply.headers.get('x-conclave-warnings') ?? '', /has no known price for it/);
    }
  });
}

test('Claude’s one-hour cache writes are booked at their own rate at Bedrock too', async (t) => {
  const scripted = await startScriptedProvider(t);
  const usage = {
    inputTokens: 1_000,
    outputTokens: 1_000,
    cacheWriteInputTokens: 2_000,
    cacheDetails: [
      { ttl: '1h', inputTokens: 1_500 },
      { ttl: '5m', inputTokens: 500 },
    ],
  };
  const output = { message: { role: 'assistant', content: [{ text: 'Hi' }] } };
  const says = (more: object): Said => ({
    whole: { output, stopReason: 'end_turn', usage, ...more },
    stream: '',
  });
  const gateway = await setUp(t, scripted, says({}));
  const sonnet = { model: 'bedrock/us.anthropic.claude-sonnet-4-6', messages };
  const booked = async (body: object, more: object = {}) => {
    say(scripted, says(more), false);
    const reply = await post(gateway, '/v1/chat/completions', body);
    assert.equal(reply.status, 200, await reply.clone().text());
    const row = await ledgerRow(gateway, reply);
    return [row.cost, row.estimated];
  };
  // $3.30 and $16.50 in this region: 1,000 + 1.25 x 500 + 2 x 1,500 tokens in, 1,000 out.
  assert.deepEqual(await booked(sonnet), [15_262_500n + 16_500_000n, false]);
  const priority = { serviceTier: { type: 'priority' }, performanceConfig: { latency: 'standard' } };
  assert.deepEqual(await booked(sonnet, priority), [31_762_500n, true]);
  const ownRate = { ...sonnet, model: 'bedrock/own.hourly' };
  assert.deepEqual(await booked(ownRate), [1_000_000n + 500_000n + 6_000_000n + 2_000_000n, false]);
});

test('a ceiling on the cost of a call applies to the requested service tier', async (t) => {
  const scripted = await startScriptedProvider(t);
  const says = chat({});
  const gateway = await setUp(t, scripted, says);
  say(scripted, says, false);
  const ask = (tier: string) =>
    post(
      gateway,
      '/v1/chat/completions',
      { model: 'openai/gpt-5.5', messages, max_tokens: 1_000, service_tier: tier },
      { 'x-conclave-max-cost-usd': '0.05' },
    );
  assert.equal((await ask('priority')).status, 400);
  assert.equal((await ask('default')).status, 200);
});

test('a budget reserves at the requested tier’s price, and refuses a tier of unknown price', async (t) => {
  const scripted = await startScriptedProvider(t);
  const says = chat({ service_tier: 'priority' });
  const gateway = await setUp(t, scripted, says);
  const { key } = await createKey(gateway, { budgets: [{ window: 'day', limitUsd: 0.05 }] });
  const ask = (model: string, tier: string) =>
    post({ url: gateway.url, key }, '/v1/chat/completions', {
      model,
      messages,
      max_tokens: 1_000,
      service_tier: tier,
    });
  say(scripted, says, false);
  const dear = await ask('openai/gpt-5.5', 'priority');
  assert.equal(dear.status, 429);
  assert.match(await dear.text(), /may cost up to \$0\.07/);
  const unknown = await ask('openai/gpt-6-astra', 'priority');
  assert.equal(unknown.status, 429);
  assert.match(
    await unknown.text(),
    /the price of the model is unknown, .*ask for its ordinary service tier/,
  );
  assert.equal((await ask('openai/gpt-5.5', 'flex')).status, 200);
});

test('a budget refuses a model whose searches have no known price', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted, chat({}));
  const { key } = await createKey(gateway, { budgets: [{ window: 'day', limitUsd: 1 }] });
  const body = { model: 'openai/gpt-4o-search-preview', messages, max_tokens: 100 };
  const reply = await post({ url: gateway.url, key }, '/v1/chat/completions', body);
  assert.equal(reply.status, 429);
  assert.match(await reply.text(), /the price of the model is unknown/);
});

function say(scripted: ScriptedProvider, { whole, stream }: Said, streamed: boolean): void {
  scripted.say({
    contentType: streamed ? 'text/event-stream' : 'application/json',
    pieces: [Buffer.from(streamed ? stream : JSON.stringify(whole))],
    ending: 'end',
  });
}

async function setUp(t: Parameters<typeof startTestGateway>[0], { url }: ScriptedProvider, { whole }: Said) {
  const dialect = 'output' in whole ? 'openai-responses' : 'openai-chat';
  return startTestGateway(t, {
    config: {
      providers: {
        openai: { baseUrl: url, apiKey: 'k', dialect },
        anthropic: { baseUrl: url, apiKey: 'k' },
        bedrock: { baseUrl: url, region: 'us-east-1', accessKeyId: 'AKID', secretAccessKey: 's' },
        groq: { baseUrl: url, apiKey: 'k' },
        mistral: { baseUrl: url, apiKey: 'k' },
        google: { baseUrl: url, apiKey: 'k', dialect: 'google-generate' },
      },
      models: [
        { id: 'bedrock/own.hourly', price: { input: 1, output: 2, cacheWrite: 1, cacheWriteLong: 4 } },
      ],
      routing: { retries: 0 },
    },
  });
}

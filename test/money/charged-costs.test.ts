import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow, ledgerRow } from '../support/ledger-rows.ts';
import { responseOf } from '../support/responses-reply.ts';
import { startScriptedProvider, wholeReply, type ScriptedProvider } from '../providers/scripted-provider.ts';
import { chunk, chunkOf, completion, streamEnd } from '../support/chat-replies.ts';

// If a provider reports what it charged, the ledger records that amount, not the price computed from tokens.

const tokens = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
const messages = [{ role: 'user', content: 'Hello' }];

/** The cost that the usage reports, in nano-dollars. */
type Case = { readonly model: string; readonly usage: object; readonly charged: bigint };

const routed = { cost: 0.0123, is_byok: false, cost_details: { upstream_inference_cost: 0.0123 } };
const searched = {
  cost: {
    input_tokens_cost: 0.0003,
    output_tokens_cost: 0.00015,
    request_cost: 0.006,
    total_cost: 0.00645,
  },
};

const cases: Readonly<Record<string, Case>> = {
  'OpenRouter, which went to a dearer host': {
    model: 'openrouter/anthropic/claude-sonnet-5',
    usage: routed,
    charged: 12_300_000n,
  },
  'OpenRouter, with a key of one’s own at the model’s maker': {
    model: 'openrouter/anthropic/claude-sonnet-5',
    usage: { cost: 0.000015, is_byok: true, cost_details: { upstream_inference_cost: 0.0003 } },
    charged: 315_000n,
  },
  'a model of which no price is known': { model: 'openrouter/foo/bar', usage: routed, charged: 12_300_000n },
  'a free answer': { model: 'openrouter/foo/bar:free', usage: { cost: 0 }, charged: 0n },
  Perplexity: { model: 'perplexity/sonar-pro', usage: searched, charged: 6_450_000n },
  'xAI, with its searches': {
    model: 'xai/grok-4.5',
    usage: { cost_in_usd_ticks: 37_756_000, num_sources_used: 4 },
    charged: 3_775_600n,
  },
};

for (const [title, { model, usage, charged }] of Object.entries(cases)) {
  test(`the cost that the provider reports is booked and passed on, whole and streamed: ${title}`, async (t) => {
    const scripted = await startScriptedProvider(t);
    const gateway = await setUp(t, scripted);
    for (const stream of [false, true]) {
      say(scripted, usage, stream);
      const reply = await post(gateway, '/v1/chat/completions', {
        model,
        messages,
        stream,
        usage: { include: true },
      });
      const text = await reply.text();
      assert.equal(reply.status, 200, text);
      const row = await ledgerRow(gateway, reply);
      assert.deepEqual([row.cost, row.estimated], [charged, false]);
      assert.deepEqual(row.warnings, []);
      if (!stream) assert.equal(Number(reply.headers.get('x-conclave-cost-usd')), Number(charged) / 1e9);
      // The client gets the provider's usage unchanged.
      if ('cost' in usage) assert.ok(text.includes(JSON.stringify(usage).slice(1, -1)), text);
    }
  });
}

test('a foreign figure that is not booked is replaced by the cost that is', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted);
  for (const [model, cost] of [
    ['openrouter/anthropic/claude-sonnet-5', 9_000_000],
    ['perplexity/sonar-pro', 123],
  ] as const) {
    for (const stream of [false, true]) {
      say(scripted, { cost }, stream);
      const body = { model, messages, stream, usage: { include: true } };
      const reply = await post(gateway, '/v1/chat/completions', body);
      const text = await reply.text();
      const row = await ledgerRow(gateway, reply);
      assert.ok(row.cost !== undefined && row.cost > 0n, text);
      assert.ok(text.includes(`"cost":${Number(row.cost) / 1e9}`), text);
      assert.ok(!text.includes(`"cost":${cost}`), text);
    }
  }
});

for (const [model, cost, booked] of [
  ['openrouter/anthropic/claude-sonnet-5', 9_000_000, 300_000n],
  ['openrouter/anthropic/claude-sonnet-5', 11, 300_000n],
  ['openrouter/foo/bar', 1_001, undefined],
] as const) {
  test(`a cost in an implausible unit is reported and not booked: $${cost} of ${model}`, async (t) => {
    const scripted = await startScriptedProvider(t);
    const gateway = await setUp(t, scripted);
    for (const stream of [false, true]) {
      say(scripted, { cost }, stream);
      const reply = await post(gateway, '/v1/chat/completions', { model, messages, stream });
      assert.equal(reply.status, 200, await reply.text());
      const row = await ledgerRow(gateway, reply);
      assert.deepEqual([row.cost, row.estimated], [booked, true]);
      assert.match(row.warnings.join(), new RegExp(`openrouter reports a charge of \\$${cost}, which`));
    }
    await gateway.app.ledger.costs({ since: 0, by: 'model' });
  });
}

test('xAI’s reported cost of its Responses is booked', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted, 'openai-responses');
  const usage = { input_tokens: 100, output_tokens: 10, cost_in_usd_ticks: 37_756_000 };
  scripted.say(wholeReply(responseOf('Hi', { usage })));
  const reply = await post(gateway, '/v1/responses', { model: 'xai/grok-4.5', input: 'Hello' });
  assert.equal(reply.headers.get('x-conclave-cost-usd'), '0.0037756');
});

test('OpenRouter’s reported cost of its embeddings is booked', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted);
  const data = [{ object: 'embedding', index: 0, embedding: [1] }];
  const vectors = {
    object: 'list',
    model: 'm',
    data,
    usage: { prompt_tokens: 8, total_tokens: 8, cost: 1.6e-7 },
  };
  scripted.say(wholeReply(vectors));
  const reply = await post(gateway, '/v1/embeddings', { model: 'openrouter/foo/embed', input: 'Hello' });
  assert.equal(reply.status, 200, await reply.text());
  assert.equal(reply.headers.get('x-conclave-cost-usd'), '0.00000016');
});

test('an interrupted answer is booked at the higher of the cost reported so far and the price of its tokens', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted);
  const [words = Buffer.alloc(0)] = streamed(routed);
  for (const [said, bill] of [
    [[chunk('Hi', null, { usage: { ...tokens, ...routed } })], 12_300_000n],
    [[chunkOf({ choices: [], usage: { ...tokens, cost: 0 } }), words], 300_000n],
  ] as const) {
    scripted.say({
      contentType: 'text/event-stream',
      pieces: said.map((piece) => Buffer.from(piece)),
      ending: 'end',
    });
    const model = 'openrouter/anthropic/claude-sonnet-5';
    await (await post(gateway, '/v1/chat/completions', { model, messages, stream: true })).text();
    const row = await lastRow(gateway);
    assert.deepEqual([row.state, row.cost, row.estimated], ['truncated', bill, true]);
  }
});

test('a budget that allows unknown prices counts the reported cost of an unpriced model; any other refuses it in advance', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await setUp(t, scripted);
  say(scripted, routed, false);
  const ask = async (unknownPrices: 'allow' | 'refuse') => {
    const { id, key } = await createKey(gateway, {
      name: unknownPrices,
      budgets: [{ window: 'day', limitUsd: 1, unknownPrices }],
    });
    const { status } = await post({ ...gateway, key }, '/v1/chat/completions', {
      model: 'openrouter/foo/bar',
      messages,
    });
    const [budget] = await gateway.app.keys.budgets({ id });
    return [status, budget?.spent, budget?.reserved];
  };
  assert.deepEqual(await ask('allow'), [200, 12_300_000n, 0n]);
  assert.deepEqual(await ask('refuse'), [429, 0n, 0n]);
});

function streamed(usage: object): Buffer[] {
  return [
    chunk({ role: 'assistant', content: 'Hi' }),
    chunk({}, 'stop'),
    chunkOf({ choices: [], usage: { ...tokens, ...usage } }),
    streamEnd,
  ].map((event) => Buffer.from(event));
}

function say(scripted: ScriptedProvider, usage: object, stream: boolean): void {
  const whole = completion('Hi', { usage: { ...tokens, ...usage } });
  scripted.say({
    contentType: stream ? 'text/event-stream' : 'application/json',
    pieces: stream ? streamed(usage) : [Buffer.from(JSON.stringify(whole))],
    ending: 'end',
  });
}

function setUp(
  t: Parameters<typeof startTestGateway>[0],
  { url }: ScriptedProvider,
  dialect: 'openai-chat' | 'openai-responses' = 'openai-chat',
): Promise<TestGateway> {
  return startTestGateway(t, {
    config: {
      providers: {
        openrouter: { baseUrl: url, apiKey: 'k' },
        perplexity: { baseUrl: url, apiKey: 'k' },
        xai: { baseUrl: url, apiKey: 'k', dialect },
      },
      routing: { retries: 0 },
    },
  });
}

import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { startLocalServer } from '../support/local-server.ts';
import { until } from '../support/until.ts';

// Clients send as many texts at once as OpenAI accepts; other providers accept fewer in one request. To the client and
// in the ledger it is one call all the same.

type Body = { input: (string | number[])[] };
type Row = { data: { index: number; embedding: number[] }[]; usage: { prompt_tokens: number } };

const inputs = Array.from({ length: 25 }, (_, at) => String(at));

test('a call with more texts than its provider accepts becomes several requests and one answer', async (t) => {
  const { gateway, sizes } = await setUp(t);
  const reply = await post(gateway, '/v1/embeddings', { model: 'lab/m', input: inputs });
  assert.equal(reply.status, 200);
  const { data, usage } = (await reply.json()) as Row;
  assert.deepEqual(
    data.map(({ index, embedding }) => [index, embedding]),
    inputs.map((text, at) => [at, [Number(text)]]),
  );
  assert.equal(usage.prompt_tokens, 250);
  assert.deepEqual(sizes.toSorted(), [10, 10, 5]);
  const row = await lastRow(gateway);
  assert.deepEqual(
    [row.usage.input, row.estimated, row.cost, row.attempts.length],
    [250, false, 250_000n, 1],
  );
});

test('tokens are split like texts, and a call that fits into one request is relayed', async (t) => {
  const { gateway, sizes } = await setUp(t);
  const tokens = inputs.map((text) => [Number(text)]);
  const reply = await post(gateway, '/v1/embeddings', { model: 'lab/m', input: tokens });
  const { data } = (await reply.json()) as Row;
  assert.deepEqual(
    data.map(({ embedding }) => embedding),
    tokens,
  );
  assert.equal(sizes.length, 3);
  await (await post(gateway, '/v1/embeddings', { model: 'lab/m', input: inputs.slice(0, 10) })).text();
  assert.deepEqual(sizes.slice(3), [10]);
});

const lastBatch = (texts: Body['input']) => texts.includes('24');
const ways: Readonly<Record<string, { fails: Fail; status: number; used: number }>> = {
  'is refused': {
    fails: ({ response }) => response.writeHead(400).end('{"error":{"message":"too odd"}}'),
    status: 400,
    used: 200,
  },
  'lacks a vector': {
    fails: ({ response, reply }) => response.end(JSON.stringify({ ...reply, data: reply.data.slice(1) })),
    status: 502,
    used: 250,
  },
  // What the provider never counted is estimated: five texts of one or two digits are five tokens.
  'does not come': { fails: () => undefined, status: 504, used: 205 },
  'is cut off': {
    fails: ({ response, reply }) => {
      response.writeHead(200, { 'content-length': 10_000 });
      response.write(JSON.stringify(reply).slice(0, 75), () => response.destroy());
    },
    status: 502,
    used: 205,
  },
};
for (const [way, { fails, status, used }] of Object.entries(ways)) {
  test(`if a part of the answer ${way}, the call fails, and what was used is booked`, async (t) => {
    const { gateway, sizes } = await setUp(t, { fails });
    const reply = await post(gateway, '/v1/embeddings', { model: 'lab/m', input: inputs });
    assert.equal(reply.status, status, await reply.text());
    assert.equal(sizes.length, 3);
    const row = await lastRow(gateway);
    assert.deepEqual(
      [row.state, row.usage.input, row.cost, row.estimated],
      ['failed', used, BigInt(used) * 1_000n, true],
    );
  });
}

test('after a refused part, no further parts are sent', async (t) => {
  const { gateway, sizes, maxInFlight } = await setUp(t, { most: 1, refusesAll: true });
  const reply = await post(gateway, '/v1/embeddings', { model: 'lab/m', input: inputs });
  assert.equal(reply.status, 400, await reply.text());
  assert.equal(sizes.length, 4);
  assert.equal(maxInFlight(), 4, 'no more than four requests at once');
});

test('every request of a call takes its place in the limits of the deployment', async (t) => {
  const limits = { concurrency: 4, rpm: 40 };
  const { gateway, sizes, maxInFlight } = await setUp(t, { most: 1, limits, tookMs: 20 });
  const asked = inputs.slice(0, 8);
  const answers = Array.from({ length: 4 }, async () => {
    const reply = await post(gateway, '/v1/embeddings', { model: 'lab/m', input: asked });
    assert.equal(reply.status, 200);
    const { data } = (await reply.json()) as Row;
    return data.map(({ embedding: [number] }) => String(number));
  });
  assert.deepEqual(await Promise.all(answers), [asked, asked, asked, asked]);
  assert.equal(sizes.length, 32);
  assert.equal(maxInFlight(), 4);

  // The next request would have to wait for longer than the call may take.
  const reply = await post(gateway, '/v1/embeddings', { model: 'lab/m', input: inputs });
  assert.equal(reply.status, 429, await reply.text());
  assert.ok(Number(reply.headers.get('retry-after')) > 30);
  assert.equal(sizes.length, 40);
  const row = await lastRow(gateway);
  assert.equal(row.usage.input, 80);
});

test('a call waits for its further requests for as long as it may take', async (t) => {
  const { gateway, maxInFlight } = await setUp(t, { most: 1, limits: { concurrency: 1 }, tookMs: 100 });
  const calls = Array.from({ length: 2 }, () =>
    post(gateway, '/v1/embeddings', { model: 'lab/m', input: inputs }),
  );
  assert.deepEqual(
    (await Promise.all(calls)).map(({ status }) => status),
    [200, 200],
  );
  assert.equal(maxInFlight(), 1);
});

type Fail = (of: { readonly response: ServerResponse; readonly reply: Row }) => unknown;

type Lab = {
  readonly fails?: Fail;
  /** Refuses every part, once four have arrived. */
  readonly refusesAll?: boolean;
  readonly most?: number;
  readonly limits?: object;
  readonly tookMs?: number;
};

/** A provider that accepts `most` texts in a request; each is embedded as its own number. */
async function setUp(t: Cleanup, { fails, refusesAll, most = 10, limits, tookMs = 0 }: Lab = {}) {
  const sizes: number[] = [];
  let sent = 0;
  let inFlight = 0;
  let maxInFlight = 0;
  const url = await startLocalServer(t, (request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse) {
    inFlight += 1;
    maxInFlight = Math.max(maxInFlight, inFlight);
    const { input } = (await json(request)) as Body;
    sizes.push(input.length);
    assert.ok(input.length <= most);
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: [Number(text)] }));
    const usage = { prompt_tokens: 10 * input.length, total_tokens: 10 * input.length };
    const reply = { data, usage };
    response.setHeader('content-type', 'application/json');
    if (refusesAll) {
      await until(() => sizes.length >= 4, 'the first parts');
      response.writeHead(400).end('{"error":{"message":"too odd"}}');
      return;
    }
    if (!fails || !lastBatch(input)) {
      await new Promise((resolve) => setTimeout(resolve, tookMs));
      inFlight -= 1;
      response.end(JSON.stringify(reply), () => (sent += 1));
      return;
    }
    // The failing part answers last, after the gateway, in this process, has read the others.
    await until(() => sent === 2, 'the other parts');
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    return fails({ response, reply });
  }
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        lab: {
          dialect: 'openai-chat',
          baseUrl: `${url}/v1`,
          apiKey: 'key',
          quirks: { embeddingBatch: { '*': most } },
        },
      },
      models: [{ id: 'lab/m', capabilities: ['embeddings'], price: { input: 1, output: 0 } }],
      ...(limits && { deployments: [{ model: 'lab/m', ...limits }] }),
      routing: { retries: 0, timeouts: { wholeAnswerMs: fails ? 1_500 : 20_000, totalMs: 20_000 } },
    },
  });
  return { gateway, sizes, maxInFlight: () => maxInFlight };
}

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import {
  everySimulatedProvider,
  openTestGateway,
  post,
  startTestGateway,
  type Cleanup,
  type TestGateway,
} from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { openaiSpecification } from '../support/openai-specification.ts';
import { recordedTest } from '../support/test-data.ts';

/** A model of vectors behind each wire format that has them, and whether its provider counts the tokens. */
const models = {
  'OpenAI, relayed': { model: 'openai/text-embedding-3-small', counts: true, several: true },
  'Google, translated': { model: 'google/gemini-embedding-001', counts: false, several: true },
  'Ollama, translated': { model: 'ollama/nomic-embed-text', counts: true, several: true },
  "Bedrock's Titan, translated": {
    model: 'bedrock/amazon.titan-embed-text-v2:0',
    counts: true,
    several: true,
  },
  "Bedrock's Nova, translated": {
    model: 'bedrock/amazon.nova-2-multimodal-embeddings-v1:0',
    counts: false,
    several: true,
  },
  "Bedrock's Cohere, translated": { model: 'bedrock/cohere.embed-english-v3', counts: false, several: true },
};

describe('embeddings', () => {
  let gateway: TestGateway;
  let client: OpenAI;
  after(() => gateway.close());
  before(async () => {
    gateway = await openTestGateway({
      config: (simulator) => ({ providers: everySimulatedProvider(simulator) }),
    });
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
  });

  for (const [name, { model, counts, several }] of Object.entries(models)) {
    test(`the official client gets its vectors and the ledger its row: ${name}`, async () => {
      const input = several ? ['A river delta.', 'A mountain pass.'] : ['A river delta.'];
      for (const encoding_format of [undefined, 'float'] as const) {
        const reply = await client.embeddings.create({
          model,
          input,
          ...(encoding_format && { encoding_format }),
        });
        assert.deepEqual(
          reply.data.map(({ index }) => index),
          input.map((_, at) => at),
        );
        for (const { embedding } of reply.data) {
          assert.ok(embedding.length >= 100 && embedding.every((value) => Math.abs(value) <= 1));
        }
        const row = await lastRow(gateway);
        assert.equal(row.state, 'ok');
        assert.equal(row.model, model);
        assert.equal(row.estimated, !counts);
        assert.equal(row.usage.output, 0);
        assert.ok(row.usage.input > 0);
        assert.equal(reply.usage.prompt_tokens, row.usage.input, 'what is told is what is billed');
        assert.ok(reply.usage.prompt_tokens > 0, 'never nothing');
      }
    });
  }

  for (const [name, { model, several }] of Object.entries(models)) {
    test(`packed or plain, as the client asks, the numbers are the same: ${name}`, async () => {
      const input = several ? ['A river delta.', 'A mountain pass.'] : 'A river delta.';
      const ask = async (encoding_format: 'float' | 'base64') => {
        const reply = await post(gateway, '/v1/embeddings', { model, input, encoding_format });
        assert.equal(reply.status, 200);
        const { data } = (await reply.json()) as { data: { embedding: number[] | string }[] };
        return data.map(({ embedding }) => embedding);
      };
      const [plain, packed] = [await ask('float'), await ask('base64')];
      assert.equal(packed.length, several ? 2 : 1);
      for (const [at, text] of packed.entries()) {
        assert.ok(typeof text === 'string');
        const bytes = Buffer.from(text, 'base64');
        const vector = plain[at];
        assert.ok(Array.isArray(vector) && bytes.byteLength === vector.length * 4);
        vector.forEach((value, place) => assert.equal(bytes.readFloatLE(place * 4), Math.fround(value)));
      }
    });
  }

  test('a vector has the requested length, and is the same in either encoding', async () => {
    const ask = { model: 'openai/text-embedding-3-small', input: 'A river delta.', dimensions: 256 };
    const [packed, plain] = await Promise.all([
      client.embeddings.create({ ...ask, encoding_format: 'base64' }),
      client.embeddings.create({ ...ask, encoding_format: 'float' }),
    ]);
    const bytes = Buffer.from(String(packed.data[0]?.embedding), 'base64');
    assert.equal(bytes.byteLength, 256 * 4);
    assert.ok(Math.abs(bytes.readFloatLE(0) - (plain.data[0]?.embedding[0] ?? 9)) < 1e-6);
  });

  test('the booked cost equals the simulator’s bill', async (t) => {
    const fresh = await startTestGateway(t);
    const input = ['A river delta.', 'A mountain pass.'.repeat(50)];
    const reply = await post(fresh, '/v1/embeddings', { model: 'text-embedding-3-large', input });
    assert.equal(reply.status, 200);
    const bill = (await (await fetch(`${fresh.simulator.url}/__bill`)).json()) as { totalNanoUsd: number };
    const row = await lastRow(fresh);
    assert.ok(bill.totalNanoUsd > 0);
    assert.equal(Number(row.cost), bill.totalNanoUsd);
    assert.equal(row.frontierCost, undefined);
  });

  for (const [name, { model }] of Object.entries(models)) {
    test(`more texts than one request may hold have as many vectors: ${name}`, async () => {
      const input = Array.from({ length: 205 }, (_, at) => `Text ${at}.`);
      const reply = await client.embeddings.create({ model, input });
      assert.equal(reply.data.length, 205);
      const row = await lastRow(gateway);
      assert.deepEqual([row.state, row.attempts.length], ['ok', 1]);
      assert.equal(reply.usage.prompt_tokens, row.usage.input);
    });
  }

  const refused: Readonly<Record<string, readonly [body: object, status: number, message: RegExp]>> = {
    'nobody chooses the model: vectors compare only with those of their own': [
      { model: 'auto', input: 'x' },
      400,
      /name one/,
    ],
    'a model of answers has no vectors': [
      { model: 'anthropic/claude-sonnet-5', input: 'x' },
      400,
      /embeddings/,
    ],
    'tokens of OpenAI’s mean nothing to another maker': [
      { model: 'google/gemini-embedding-001', input: [1, 2, 3] },
      400,
      /only OpenAI's own models read OpenAI's tokens.*check_embedding_ctx_length/,
    ],
    'an input that is none': [
      { model: 'openai/text-embedding-3-small', input: [{}] },
      400,
      /input\.0 must be/,
    ],
  };
  for (const [title, [body, status, message]] of Object.entries(refused)) {
    test(`refused by name: ${title}`, async () => {
      const reply = await post(gateway, '/v1/embeddings', body);
      assert.equal(reply.status, status);
      assert.match(await reply.text(), message);
    });
  }

  test('the error names the field that the client sent', async () => {
    const body = { model: 'bedrock/amazon.titan-embed-text-v2:0', input: [1, 2] };
    const reply = await post(gateway, '/v1/embeddings', body);
    assert.equal(((await reply.json()) as { error: { param: string } }).error.param, 'input');
  });

  test('a failed provider is not replaced by a model with incompatible vectors', async () => {
    const reply = await post(gateway, '/v1/embeddings', {
      model: 'openai/text-embedding-3-small!fault=500',
      input: 'x',
    });
    assert.equal(reply.status, 502);
    const row = await lastRow(gateway);
    assert.ok(row.attempts.every(({ provider }) => provider === 'openai'));
  });

  recordedTest('what is written is valid by OpenAI’s own specification', async () => {
    const specification = openaiSpecification();
    for (const { model } of Object.values(models)) {
      const reply = await post(gateway, '/v1/embeddings', { model, input: 'x' });
      assert.deepEqual(specification.deviations('CreateEmbeddingResponse', await reply.json()), []);
    }
  });
});

/** A gateway to a server that has no numbers for one text, and the models that it was asked for. */
async function serverWithout(t: Cleanup, embedding: readonly [] | '' | null, gap: string) {
  const asked: string[] = [];
  const url = await startLocalServer(t, async (request, response) => {
    const body = JSON.parse(await readText(request)) as { model: string; input: string | string[] };
    asked.push(body.model);
    const data = [body.input].flat().map((text, index) => ({
      object: 'embedding',
      index,
      embedding: text === gap ? embedding : [0.6, 0.8],
    }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data, usage: { prompt_tokens: 3, total_tokens: 3 } }));
  });
  const lab = { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } as const;
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { ...lab, quirks: { embeddingBatch: { small: 2 } } } } },
  });
  return { gateway, asked };
}

for (const [gap, nothing] of [
  ['', []],
  [' \n', ''],
  ['', null],
] as const) {
  test(`a text of ${JSON.stringify(gap)} that has no vector (${JSON.stringify(nothing)}) is named, and not asked for again`, async (t) => {
    const { gateway, asked } = await serverWithout(t, nothing, gap);
    for (const [model, input, param] of [
      ['lab/embed', ['x', gap, 'y'], 'input.1'],
      ['lab/embed', gap, 'input'],
      ['lab/small', ['x', 'y', 'z', gap], 'input.3'],
    ] as const) {
      asked.length = 0;
      const reply = await post(gateway, '/v1/embeddings', { model, input });
      const { error } = (await reply.json()) as { error: { param: string; message: string } };
      assert.deepEqual([reply.status, error.param], [400, param], error.message);
      assert.match(error.message, new RegExp(`${param} is blank`));
      assert.equal(asked.length, model === 'lab/small' ? 2 : 1);
    }
    const [{ status }, row] = [
      await post(gateway, '/v1/embeddings', { model: 'lab/embed', input: ['x'] }),
      await lastRow(gateway),
    ];
    assert.deepEqual([status, row.state], [200, 'ok'], 'the server counts as healthy');
  });
}

test('a server that knows one encoding only does not decide which one the client gets', async (t) => {
  const vector = [0.5, -0.25, 2];
  const bytes = Buffer.from(Float32Array.from(vector).buffer).toString('base64');
  for (const embedding of [vector, bytes]) {
    const url = await startLocalServer(t, (request, response) => {
      if (request.method === 'GET') return void response.writeHead(404).end();
      const data = [0, 1].map((index) => ({ object: 'embedding', index, embedding }));
      const usage = { prompt_tokens: 5, total_tokens: 5 };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ object: 'list', data, model: 'm', usage }));
    });
    const gateway = await startTestGateway(t, {
      config: {
        providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } },
        models: [{ id: 'lab/m' }],
      },
    });
    for (const [asked, wanted] of [
      [{}, vector],
      [{ encoding_format: 'float' }, vector],
      [{ encoding_format: 'base64' }, bytes],
    ] as const) {
      const reply = await post(gateway, '/v1/embeddings', { model: 'lab/m', input: ['a', 'b'], ...asked });
      const { data, usage } = (await reply.json()) as { data: { embedding: unknown }[]; usage: object };
      assert.deepEqual(
        data.map((one) => one.embedding),
        [wanted, wanted],
      );
      assert.deepEqual(usage, { prompt_tokens: 5, total_tokens: 5 });
    }
  }
});

/** A gateway to a server that answers all calls with the same embeddings. */
async function serverOf(t: Cleanup, reply: object, quirks: object = {}) {
  const url = await startLocalServer(t, (request, response) => {
    if (request.method === 'GET') return void response.writeHead(404).end();
    response.setHeader('content-type', 'application/json');
    response.end(`\ufeff${JSON.stringify(reply)}`);
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k', quirks } },
      models: [{ id: 'lab/m' }],
    },
  });
  return async (ask: object) => {
    const answered = await post(gateway, '/v1/embeddings', { model: 'lab/m', input: ['a', 'b'], ...ask });
    assert.equal(answered.status, 200);
    return (await answered.json()) as { data: { index: number; embedding: unknown }[] };
  };
}

const base64Of = (numbers: readonly number[]) =>
  Buffer.from(Float32Array.from(numbers).buffer).toString('base64');

test('a vector belongs to the text whose index the server gives it, in either encoding; all else stays as it came', async (t) => {
  const reply = {
    object: 'list',
    id: 'emb-1',
    data: [
      { object: 'embedding', index: 1, embedding: [2, 2], sparse_embedding: [{ index: 7, value: 1 }] },
      { object: 'embedding', index: 0, embedding: [1, 1], sparse_embedding: [] },
    ],
    model: 'm-2026',
    usage: { prompt_tokens: 5, total_tokens: 5, cost: 1 },
  };
  const ask = await serverOf(t, reply);
  assert.deepEqual(await ask({ encoding_format: 'float' }), reply);
  assert.deepEqual(await ask({ encoding_format: 'base64' }), {
    ...reply,
    data: reply.data.map((item) => ({ ...item, embedding: base64Of(item.embedding) })),
  });
  const rewritten = await serverOf(t, reply, { rewritesReplies: true });
  const { data } = await rewritten({ encoding_format: 'float' });
  assert.deepEqual(
    data.map(({ index, embedding }) => [index, embedding]),
    [
      [0, [1, 1]],
      [1, [2, 2]],
    ],
  );
  const unnumbered = reply.data.map((item) => ({ ...item, index: 0 }));
  const inArray = await (await serverOf(t, { ...reply, data: unnumbered }, { rewritesReplies: true }))({});
  assert.deepEqual(
    inArray.data.map(({ index, embedding }) => [index, embedding]),
    [
      [0, [2, 2]],
      [1, [1, 1]],
    ],
  );
});

test('what may be no packed 32-bit numbers, and what is no vector of numbers, keeps its encoding', async (t) => {
  const bits = 'AAECAw==';
  const asked: [embedding: unknown, ask: object][] = [
    [bits, { embedding_type: 'binary' }],
    [bits, { output_dtype: 'ubinary' }],
    [base64Of([0.5, -0.25]), { embedding_type: 'base64' }],
    ['AAECAwQ=', {}],
    [[[0.5, -0.25], [2]], { encoding_format: 'base64' }],
  ];
  for (const [embedding, ask] of asked) {
    const data = [0, 1].map((index) => ({ object: 'embedding', index, embedding }));
    const reply = { object: 'list', data, model: 'm', usage: { prompt_tokens: 5, total_tokens: 5 } };
    for (const quirks of [{}, { rewritesReplies: true }]) {
      const told = await (await serverOf(t, reply, quirks))(ask);
      assert.deepEqual(
        told.data.map((one) => one.embedding),
        [embedding, embedding],
        JSON.stringify(ask),
      );
    }
  }
});

test('an element that is neither a text nor tokens is named, not those before it', async (t) => {
  const gateway = await startTestGateway(t);
  for (const [input, told] of [
    [['a', null], /input\.1 must be a text, not null/],
    [['a', 'b', 3], /input\.2 must be a text, not 3/],
    [[1, 2, 'a'], /input\.2 must be a token, not \\"a\\"/],
    [[[1], 'a'], /input\.1 must be/],
  ] as const) {
    const reply = await post(gateway, '/v1/embeddings', { model: 'openai/text-embedding-3-small', input });
    assert.equal(reply.status, 400);
    assert.match(await reply.text(), told);
  }
});

test('a text that is not blank and has no vector is the provider’s failure, and named', async (t) => {
  const { gateway, asked } = await serverWithout(t, [], 'river');
  const reply = await post(gateway, '/v1/embeddings', { model: 'lab/embed', input: ['x', 'river'] });
  assert.equal(reply.status, 502);
  assert.match(await reply.text(), /no vector for input\.1/);
  assert.ok(asked.length > 1, 'it may have one the next time');
});

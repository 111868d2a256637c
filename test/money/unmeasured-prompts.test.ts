import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';

// What a provider counts and the request does not show: documents at addresses, large images, rejected predictions.

const book = { type: 'document', source: { type: 'url', url: 'https://example.com/book.pdf' } };

test('a document by address reserves the whole window in a budget that bounds the bill, and is refused if it is too small', async (t) => {
  const gateway = await setUp(t);
  const question = {
    model: 'anthropic/claude-sonnet-4-6',
    max_tokens: 10,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Sum up.' }, book] }],
  };
  const strict = await issueKey(gateway, 'strict', 'refuse');
  const refused = await post({ ...gateway, key: strict }, '/v1/messages', question);
  assert.equal(refused.status, 429);
  assert.match(await refused.text(), /may fill the context window, which is reserved for it; sent as bytes/);
  const bytes = { ...book, source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQK' } };
  const sent = { ...question, messages: [{ role: 'user', content: [bytes] }] };
  assert.ok((await reserved({ ...gateway, key: strict }, '/v1/messages', sent)) < 0.12);
  const lenient = await issueKey(gateway, 'lenient', 'allow');
  assert.ok((await reserved({ ...gateway, key: lenient }, '/v1/messages', question)) < 0.12);
});

test('a price ceiling that the window exceeds says so, and what to do', async (t) => {
  const gateway = await setUp(t);
  const question = {
    model: 'anthropic/claude-sonnet-4-6',
    max_tokens: 10,
    messages: [{ role: 'user', content: [book] }],
  };
  const reply = await post(gateway, '/v1/messages', question, { 'x-conclave-max-cost-usd': '0.5' });
  const text = await reply.text();
  assert.equal(reply.status, 400, text);
  assert.match(text, /up to 1000000 tokens in and 10 out.* may fill the context window/);
});

test('a file id and a file’s address in Responses may fill the window, too', async (t) => {
  const gateway = await setUp(t);
  const key = await issueKey(gateway, 'strict', 'refuse');
  for (const file of [{ file_id: 'file-abc' }, { file_url: 'https://example.com/book.pdf' }]) {
    const usd = await reserved({ ...gateway, key }, '/v1/responses', {
      model: 'openai/gpt-5.4',
      max_output_tokens: 16,
      input: [{ role: 'user', content: [{ type: 'input_file', ...file }] }],
    });
    assert.ok(usd > 1, String(usd));
  }
});

test('a large image reserves what GPT-4o mini counts for it', async (t) => {
  const gateway = await setUp(t);
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const usd = await reserved(gateway, '/v1/chat/completions', {
    model: 'openai/gpt-4o-mini',
    max_tokens: 10,
    messages: [{ role: 'user', content: [image] }],
  });
  // Eight tiles of 5,667 tokens and 2,833, at $0.15 per million.
  assert.ok(usd >= (48_169 * 0.15) / 1e6, String(usd));
});

test('a prediction is reserved like an answer, since what the answer does not contain of it is billed as one', async (t) => {
  const gateway = await setUp(t);
  const usd = await reserved(gateway, '/v1/chat/completions', {
    model: 'openai/gpt-4o',
    max_tokens: 10,
    prediction: { type: 'content', content: 'x '.repeat(4_000) },
    messages: [{ role: 'user', content: 'Change it.' }],
  });
  assert.ok(usd >= (4_000 * 10) / 1e6, String(usd));
});

/** What a dry run reserves, in dollars. */
async function reserved(gateway: Pick<TestGateway, 'url' | 'key'>, path: string, body: object) {
  const reply = await post(gateway, path, body, { 'x-conclave-dry-run': 'true' });
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  return (JSON.parse(text) as { reserves_usd: number }).reserves_usd;
}

async function issueKey(gateway: TestGateway, name: string, unknownPrices: 'refuse' | 'allow') {
  const { key } = await createKey(gateway, {
    name,
    budgets: [{ window: 'day', limitUsd: 0.12, unknownPrices }],
  });
  return key;
}

function setUp(t: TestContext): Promise<TestGateway> {
  return startTestGateway(t, {
    config: {
      providers: { openai: { apiKey: 'k' }, anthropic: { apiKey: 'k' } },
      routing: { retries: 0 },
    },
  });
}

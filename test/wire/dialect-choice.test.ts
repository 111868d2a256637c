import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clientDialects } from '../support/client-stream.ts';
import { openTestGateway, post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { modelRequests } from '../support/model-requests.ts';

// Which of a provider's dialects a call is made in. Every provider is simulated, at its own built-in endpoints.

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway({ config: { providers: {} }, app: { simulate: true } });
});
after(() => gateway.close());

const messages = [{ role: 'user', content: 'Say hello.' }];
const gpt = 'openai/gpt-4.1';
const qwen = 'ollama/qwen3:8b';

const choices: Readonly<Record<string, readonly [path: string, body: object, dialect: string]>> = {
  "a client's own dialect is relayed": [
    '/v1/chat/completions',
    { model: gpt, messages, stop: ['END'] },
    'openai-chat',
  ],
  'and so is its other one': ['/v1/responses', { model: gpt, input: 'Say hello.' }, 'openai-responses'],
  'a translated call takes the first dialect of its provider': [
    '/v1/messages',
    { model: gpt, messages, max_tokens: 100 },
    'openai-responses',
  ],
  'a word that the first dialect lacks is said in the next': [
    '/v1/messages',
    { model: gpt, messages, max_tokens: 100, stop_sequences: ['END'] },
    'openai-chat',
  ],
  'functions and reasoning together go where OpenAI takes them, whatever the client speaks': [
    '/v1/chat/completions',
    {
      model: 'openai/gpt-5.4',
      messages,
      reasoning_effort: 'low',
      max_completion_tokens: 20,
      tools: [{ type: 'function', function: { name: 'f' } }],
    },
    'openai-responses',
  ],
  'Ollama is asked natively, where the context can be made to fit': [
    '/v1/chat/completions',
    { model: qwen, messages },
    'ollama-chat',
  ],
  'but in its second dialect if the native one does not support it': [
    '/v1/chat/completions',
    {
      model: qwen,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'https://pictures.example/boat.png' } },
          ],
        },
      ],
    },
    'openai-chat',
  ],
};

for (const [title, [path, body, dialect]] of Object.entries(choices)) {
  test(title, async () => {
    const reply = await post(gateway, path, body);
    assert.equal(reply.status, 200, await reply.text());
    const row = await ledgerRow(gateway, reply);
    assert.deepEqual(
      row.attempts.map((attempt) => attempt.dialect),
      [dialect],
    );
  });
}

test('Ollama is told how large a context to hold, whatever the client speaks', async (t) => {
  const behind = await startTestGateway(t);
  const long = 'A river delta forms where a river slows down. '.repeat(1_500);
  for (const [client, { path, ask }] of Object.entries(clientDialects)) {
    for (const stream of [false, true]) {
      const needed: number[] = [];
      for (const words of ['Say hello.', long]) {
        const said = JSON.parse(JSON.stringify(ask).replace(/Tell me in some detail[^"]*/, words)) as object;
        const reply = await post(behind, path, { ...said, model: qwen, stream });
        assert.equal(reply.status, 200, await reply.text());
        const seen = modelRequests(behind.simulator).at(-1);
        assert.ok(seen);
        assert.equal(seen.path, '/ollama/api/chat', client);
        assert.partialDeepStrictEqual(seen.body, { truncate: false, shift: false });
        const { options } = seen.body as { options: { num_ctx: number } }; // what the codec writes
        needed.push(options.num_ctx);
      }
      assert.deepEqual(needed, [8_192, 32_768], client);
    }
  }
});

test('a call made in a lesser dialect reports why', async () => {
  const [path, body] = choices['but in its second dialect if the native one does not support it'] ?? [];
  const reply = await post(gateway, path ?? '', body);
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /ollama was called in openai-chat, which it supports less well than ollama-chat: .*image/i,
  );
});

test('a field that no dialect of the provider supports is refused by name', async () => {
  const tool = { type: 'web_search_20250305', name: 'web_search' };
  const reply = await post(gateway, '/v1/messages', { model: gpt, messages, max_tokens: 100, tools: [tool] });
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /requires a provider that supports anthropic-messages/);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestGateway, post, type TestGateway } from './gateway.ts';

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
  'Ollama is asked natively, where the context can be made to fit': [
    '/v1/chat/completions',
    { model: qwen, messages },
    'ollama-chat',
  ],
  'but in its lesser dialect where the native one has no word': [
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
    const row = await gateway.app.ledger.show(reply.headers.get('x-conclave-request-id') ?? '');
    assert.deepEqual(
      row?.attempts.map((attempt) => attempt.dialect),
      [dialect],
    );
  });
}

test('what no dialect of the provider has a word for is refused by name', async () => {
  const tool = { type: 'web_search_20250305', name: 'web_search' };
  const reply = await post(gateway, '/v1/messages', { model: gpt, messages, max_tokens: 100, tools: [tool] });
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /needs a provider that speaks anthropic-messages/);
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { everySeller, post, startTestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';

// A model is not asked without what its user sends in a block that only another dialect has: it would answer without it.
// In a model's own turns such a block is left out with a warning.

const gateway = await startTestGateway({ after }, { config: everySeller });

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The answer to a Messages client that sends these blocks before a question. */
async function answerTo(model: string, ...blocks: object[]) {
  const messages = [{ role: 'user', content: [...blocks, { type: 'text', text: 'What is the password?' }] }];
  const reply = await post(gateway, '/v1/messages', { model, max_tokens: 300, messages });
  return { status: reply.status, text: await reply.text() };
}

const source = { type: 'base64', media_type: 'image/png', data: png };
const illustrated = {
  type: 'document',
  source: {
    type: 'content',
    content: [
      { type: 'text', text: 'The password is TULIP.' },
      { type: 'image', source },
      { type: 'text', text: 'Keep it.' },
    ],
  },
  title: 'Plan',
  citations: { enabled: true },
};

for (const model of ['openai/gpt-4.1', 'xai/grok-4.3', 'groq/openai/gpt-oss-120b', 'ollama/qwen3:8b']) {
  test(`${model} is not asked without a document of texts and images`, async () => {
    const before = modelRequests(gateway.simulator).length;
    const { status, text } = await answerTo(model, illustrated);
    assert.equal(status, 400, text);
    assert.match(text, /A block \\"document\\" of anthropic-messages cannot be sent/);
    assert.equal(modelRequests(gateway.simulator).length, before);
  });
}

for (const model of [
  'openai/gpt-6-luna',
  'groq/openai/gpt-oss-120b',
  'google/gemini-2.5-flash',
  'ollama/qwen3:8b',
])
  test(`${model} is not asked without such a document in a tool’s result`, async () => {
    const messages = [
      { role: 'user', content: 'What is the password?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [illustrated] }] },
    ];
    const tools = [{ name: 'look', input_schema: { type: 'object', properties: {} } }];
    const reply = await post(gateway, '/v1/messages', { model, max_tokens: 300, messages, tools });
    const text = await reply.text();
    assert.equal(reply.status, 400, text);
    assert.match(text, /A block \\"document\\" of anthropic-messages cannot be sent/);
  });

for (const model of ['auto', 'auto:economy', 'auto:frontier']) {
  test(`${model} gives it to Claude, whole`, async () => {
    const { status, text } = await answerTo(model, illustrated);
    assert.equal(status, 200, text);
    const sent = modelRequests(gateway.simulator).at(-1);
    assert.match(sent?.path ?? '', /anthropic/);
    assert.ok(JSON.stringify(sent?.body).includes(JSON.stringify(illustrated)));
  });
}

test('its image counts as an image: a large one leaves room in Claude’s window', async () => {
  const data = png.slice(0, 44) + 'AAAA'.repeat(400_000);
  const image = { type: 'image', source: { ...source, data } };
  const large = { type: 'document', source: { type: 'content', content: [image] } };
  const asking = { role: 'user', content: 'What is it?' };
  const call = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] };
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: [large] };
  for (const messages of [
    [{ role: 'user', content: [large] }],
    [asking, call, { role: 'user', content: [result] }],
  ]) {
    const body = { model: 'anthropic/claude-sonnet-4-5', messages };
    const counted = await post(gateway, '/v1/messages/count_tokens', body);
    const { input_tokens } = (await counted.json()) as { input_tokens: number };
    assert.ok(input_tokens > 1_000 && input_tokens < 2_000, `${input_tokens}`);
    const reply = await post(gateway, '/v1/messages', { ...body, max_tokens: 300 });
    assert.equal(reply.status, 200, await reply.text());
  }
});

test('Claude gets it whole also where the request is translated', async () => {
  const properties = { 'a b$': { type: 'string' } };
  const tools = [{ name: 'look', input_schema: { type: 'object', properties } }];
  const messages = [{ role: 'user', content: [illustrated, { type: 'text', text: 'What?' }] }];
  const body = { model: 'anthropic/claude-sonnet-4-5', max_tokens: 300, messages, tools };
  const reply = await post(gateway, '/v1/messages', body);
  assert.equal(reply.status, 200, await reply.text());
  const sent = JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body);
  assert.ok(!sent.includes('a b$') && sent.includes(JSON.stringify(illustrated)), sent);
});

for (const model of ['deepseek/deepseek-v4-flash', 'groq/openai/gpt-oss-120b', 'ollama/qwen3:8b']) {
  test(`${model} is not asked without a file that its user has put into Claude’s container`, async () => {
    const before = modelRequests(gateway.simulator).length;
    const { status, text } = await answerTo(model, { type: 'container_upload', file_id: 'file_1' });
    assert.equal(status, 400, text);
    assert.match(text, /A block \\"container_upload\\" of anthropic-messages cannot be sent/);
    assert.equal(modelRequests(gateway.simulator).length, before);
  });
}

for (const model of ['anthropic/claude-sonnet-4-5', 'ollama/qwen3:8b']) {
  test(`${model} is not told of earlier sound, which the warning names`, async () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hi', audio: { id: 'audio_1' } },
      { role: 'user', content: 'Go on' },
    ];
    const reply = await post(gateway, '/v1/chat/completions', { model, messages });
    assert.equal(reply.status, 200, await reply.text());
    assert.match(
      reply.headers.get('x-conclave-warnings') ?? '',
      /A block "audio" of openai-chat was left out/,
    );
  });
}

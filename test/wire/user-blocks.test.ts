import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { everySeller, post, startTestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';

// What a user sends in a block that only one dialect has is read as what other dialects have, or the model is not asked:
// it would answer without it. In a model's own turns such a block is left out with a warning.

const gateway = await startTestGateway({ after }, { config: everySeller });

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The answer to a Messages client that sends these blocks before a question. */
async function answerTo(model: string, ...blocks: object[]) {
  const messages = [{ role: 'user', content: [...blocks, { type: 'text', text: 'What is the password?' }] }];
  const reply = await post(gateway, '/v1/messages', { model, max_tokens: 300, messages });
  return { status: reply.status, text: await reply.text() };
}

for (const model of [
  'openai/gpt-4.1',
  'xai/grok-4.3',
  'google/gemini-2.5-flash',
  'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
]) {
  test(`${model} gets the text and the image of one document`, async () => {
    const source = { type: 'base64', media_type: 'image/png', data: png };
    const content = [
      { type: 'text', text: 'The password is TULIP.' },
      { type: 'image', source },
    ];
    const { status, text } = await answerTo(model, {
      type: 'document',
      source: { type: 'content', content },
    });
    assert.equal(status, 200, text);
    const sent = JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body);
    // Bedrock is sent it as bytes.
    assert.match(sent, new RegExp(`TULIP|${Buffer.from('The password is TULIP.').toString('base64')}`));
    assert.ok(sent.includes(png), sent);
  });
}

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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsOf } from '../../src/dialects/fields/loose-fields.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { completion } from '../support/chat-replies.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';

// Providers of OpenAI's chat format differ in how they accept documents: Mistral has a part of its own, Groq none.

async function startProviders(t: Cleanup) {
  const { url, received } = await startEchoingProvider(t, () => ({ body: completion() }));
  const at = { baseUrl: `${url}/v1`, apiKey: 'k' };
  const gateway = await startTestGateway(t, {
    config: { providers: { mistral: at, groq: at, lab: { ...at, dialect: 'openai-chat' } } },
  });
  return async (path: string, body: object) => {
    const reply = await post(gateway, path, body);
    const text = await reply.text();
    const messages = objectsOf(JSON.parse(JSON.stringify(received.at(-1)?.body['messages'] ?? [])));
    return { status: reply.status, text, parts: messages.flatMap(({ content }) => objectsOf(content)) };
  };
}

const data = Buffer.from('%PDF-1.4\n%%EOF').toString('base64');
const file_data = `data:application/pdf;base64,${data}`;
const pdf = (title: string) => ({
  type: 'document',
  title,
  source: { type: 'base64', media_type: 'application/pdf', data },
});
const read = { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} };
const documents = {
  max_tokens: 99,
  tools: [{ name: 'read', input_schema: { type: 'object', properties: {} } }],
  messages: [
    { role: 'user', content: [pdf('a.pdf'), { type: 'text', text: 'Read' }] },
    { role: 'assistant', content: [read] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [pdf('b.pdf')] }] },
  ],
};
const file = (part: object) => [{ role: 'user', content: [{ type: 'file', file: part }] }];
const text = `data:text/plain;base64,${Buffer.from('Hello').toString('base64')}`;

test('a PDF is sent to Mistral in its own part, from every client and with a tool’s result', async (t) => {
  const ask = await startProviders(t);
  const model = 'mistral/mistral-large-latest';
  const mistrals = (name: string) => ({ type: 'document_url', document_url: file_data, document_name: name });
  const { parts } = await ask('/v1/messages', { ...documents, model });
  assert.deepEqual(
    parts.filter(({ type }) => type !== 'text'),
    [mistrals('a.pdf'), mistrals('b.pdf')],
  );
  const relayed = await ask('/v1/chat/completions', {
    model,
    messages: file({ filename: 'a.pdf', file_data }),
  });
  assert.deepEqual(relayed.parts, [mistrals('a.pdf')]);
  const uploaded = await ask('/v1/chat/completions', { model, messages: file({ file_id: 'f' }) });
  assert.deepEqual(uploaded.parts, [{ type: 'file', file_id: 'f' }]);
  const plain = await ask('/v1/chat/completions', {
    model,
    messages: file({ filename: 'a', file_data: text }),
  });
  assert.deepEqual(plain.parts, [{ type: 'text', text: 'a:\n\nHello' }]);
});

test('a PDF at an address is sent to Mistral as that address', async (t) => {
  const ask = await startProviders(t);
  const address = 'https://example.com/a.pdf';
  const source = { type: 'url', url: address };
  const messages = [{ role: 'user', content: [{ type: 'document', source }] }];
  const asked = { max_tokens: 99, messages };
  const { parts } = await ask('/v1/messages', { ...asked, model: 'mistral/mistral-large-latest' });
  assert.deepEqual(parts, [{ type: 'document_url', document_url: address }]);
  const refused = await ask('/v1/messages', { ...asked, model: 'lab/m' });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /A document by URL/);
});

test('a PDF is not sent to Groq, which accepts none: the next model gets it', async (t) => {
  const ask = await startProviders(t);
  const groq = 'groq/meta-llama/llama-4-scout-17b-16e-instruct';
  const alone = await ask('/v1/messages', { ...documents, model: groq });
  assert.equal(alone.status, 400);
  assert.match(alone.text, /A document cannot be sent/);
  const messages = file({ filename: 'a.pdf', file_data });
  const next = await ask('/v1/chat/completions', { model: groq, models: [groq, 'lab/m'], messages });
  assert.equal(next.status, 200, next.text);
  assert.deepEqual(next.parts, [{ type: 'file', file: { filename: 'a.pdf', file_data } }]);
  const plain = await ask('/v1/chat/completions', { model: groq, messages: file({ file_data: text }) });
  assert.equal(plain.status, 200, plain.text);
});

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test, type TestContext } from 'node:test';
import { post, startTestGateway } from './gateway.ts';

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const events = [
  chunk({ role: 'assistant', content: 'Hel' }),
  chunk({ content: 'lo.' }),
  chunk({}, 'stop'),
  'data: [DONE]\n\n',
];
const whole = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
});

test('a provider that streams unasked still gives the client one JSON object', async (t) => {
  const gateway = await behind(t, 'text/event-stream', events.join(''));
  const reply = await post(gateway, '/v1/chat/completions', {
    model: 'lab/m',
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const body = (await reply.json()) as { choices: { message: { content: string } }[] };
  assert.equal(reply.status, 200);
  assert.equal(body.choices[0]?.message.content, 'Hello.');
});

test('and when it breaks off, the client gets an error and nothing else', async (t) => {
  const gateway = await behind(t, 'text/event-stream', events.slice(0, 2).join(''));
  const reply = await post(gateway, '/v1/chat/completions', {
    model: 'lab/m',
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const body = (await reply.json()) as { error: { message: string } };
  assert.equal(reply.status, 502);
  assert.match(body.error.message, /broke off/);
});

test('a provider that does not stream when asked still gives the client a stream', async (t) => {
  const gateway = await behind(t, 'application/json', whole);
  const body = { model: 'lab/m', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
  const reply = await post(gateway, '/v1/chat/completions', body);
  const text = await reply.text();
  assert.match(reply.headers.get('content-type') ?? '', /event-stream/);
  assert.match(text, /"content":"Hello\."[\s\S]*\[DONE\]/);
});

async function behind(t: TestContext, type: string, body: string) {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': type }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  return startTestGateway(t, {
    config: { providers: { lab: { dialect: 'openai-chat', baseUrl, apiKey: 'k' } } },
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { startLocalServer } from '../support/local-server.ts';
import { claudeAt, post, startTestGateway } from '../support/gateway.ts';
import { claudeReply } from '../support/claude-reply.ts';

// A model draws, and its client brings the answer back as it was told it, with "now in blue".

const png = 'iVBORw0KGgo=';
const drawn = {
  responseId: 'r1',
  modelVersion: 'gemini-3-pro-image-preview',
  candidates: [
    {
      index: 0,
      finishReason: 'STOP',
      content: {
        role: 'model',
        parts: [
          { text: 'Here' },
          { inlineData: { mimeType: 'image/png', data: png }, thoughtSignature: 'c2ln' },
          { inlineData: { mimeType: 'image/png', data: `${png}2` }, thoughtSignature: 'c2lnMg==' },
        ],
      },
    },
  ],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
};

const converse = {
  output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 },
};

test('an image that a model drew goes back to it with its signature, and to others with a warning', async (t) => {
  const google = await startEchoingProvider(t, () => ({ body: drawn }));
  const claude = await startEchoingProvider(t, ({ path }) => ({
    body: path === '/v1/messages' ? claudeReply() : converse,
  }));
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        google: { baseUrl: `${google.url}/v1beta`, apiKey: 'k' },
        ...claudeAt(claude.url),
      },
      routing: { retries: 0 },
    },
  });
  const model = 'google/gemini-3-pro-image-preview';
  const first = [{ role: 'user', content: 'Draw' }];
  const reply = await post(gateway, '/v1/chat/completions', { model, messages: first });
  const { choices } = (await reply.json()) as { choices: [{ message: object }] }; // as the test below finds
  const messages = [...first, choices[0].message, { role: 'user', content: 'Bluer' }];
  assert.equal((await post(gateway, '/v1/chat/completions', { model, messages })).status, 200);
  const sent = google.received.at(-1)?.body['contents'] as { role: string; parts: object[] }[]; // ours
  const [, answer] = sent;
  const images = drawn.candidates[0]?.content.parts.slice(1);
  assert.deepEqual(
    answer?.parts.filter((part) => 'inlineData' in part),
    images,
  );
  for (const other of ['anthropic/claude-sonnet-5', 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0']) {
    const told = await post(gateway, '/v1/chat/completions', { model: other, max_tokens: 9, messages });
    assert.match(
      told.headers.get('x-conclave-warnings') ?? '',
      /An image in an assistant's message was left out/,
    );
    assert.ok(!JSON.stringify(claude.received.at(-1)?.body).includes(png), other);
  }
});

test('a chat client asks Gemini for images as it asks OpenRouter; a model that cannot express that is not asked', async (t) => {
  const google = await startEchoingProvider(t, () => ({ body: drawn }));
  const claude = await startEchoingProvider(t, () => ({ body: claudeReply() }));
  const gateway = await startTestGateway(t, {
    config: {
      providers: { google: { baseUrl: `${google.url}/v1beta`, apiKey: 'k' }, ...claudeAt(claude.url) },
      routing: { retries: 0 },
    },
  });
  const ask = (model: string, more: object) =>
    post(gateway, '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Draw' }], ...more });
  for (const [modalities, asked] of [
    [
      ['image', 'text'],
      ['TEXT', 'IMAGE'],
    ],
    [['image'], ['IMAGE']],
  ] as const) {
    const reply = await ask('google/gemini-3-pro-image-preview', { modalities });
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    assert.ok(text.includes(png));
    assert.doesNotMatch(reply.headers.get('x-conclave-warnings') ?? '', /modalities/);
    assert.deepEqual(google.received.at(-1)?.body['generationConfig'], { responseModalities: asked });
  }
  const others = [
    ['anthropic/claude-sonnet-5', { modalities: ['image', 'text'] }, /modalities\\" requires/],
    ['google/gemini-3-pro-image-preview', { modalities: ['image', 'text'], n: 2 }, /n\\" requires/],
    [
      'google/gemini-3-pro-image-preview',
      { modalities: ['text', 'audio', 'image'] },
      /modalities\\" requires/,
    ],
  ] as const;
  for (const [model, more, why] of others) {
    const refused = await ask(model, more);
    assert.notEqual(refused.status, 200);
    assert.match(await refused.text(), why);
  }
  assert.deepEqual([google.received.length, claude.received.length], [2, 0]);
});

test('a picture of 20 MB is streamed as it is sent whole', async (t) => {
  const data = 'iVBORw0K'.repeat(2_500_000);
  const [candidate] = drawn.candidates;
  const inlineData = { mimeType: 'image/png', data };
  const reply = {
    ...drawn,
    candidates: [{ ...candidate, content: { role: 'model', parts: [{ inlineData }] } }],
  };
  let asked = 0;
  const url = await startLocalServer(t, (request, response) => {
    request.resume();
    asked += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: ${JSON.stringify(reply)}\n\n`);
  });
  const gateway = await startTestGateway(t, {
    config: { providers: { google: { apiKey: 'key', baseUrl: `${url}/v1beta` } } },
  });
  const answer = await post(gateway, '/v1/chat/completions', {
    model: 'google/gemini-3-pro-image-preview',
    stream: true,
    messages: [{ role: 'user', content: 'Draw.' }],
  });
  assert.ok((await answer.text()).includes(data));
  assert.equal(asked, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { completion } from '../support/chat-replies.ts';

// A coding agent switches its model in mid-session. Screenshots that another model has answered stay in the history.

const png = 'iVBORw0KGgo=';
const textOnly = 'deepseek/deepseek-v4-pro';

async function startTextModel(t: Cleanup) {
  const { url, received } = await startEchoingProvider(t, () => ({ body: completion() }));
  const gateway = await startTestGateway(t, {
    config: { providers: { deepseek: { baseUrl: `${url}/v1`, apiKey: 'k' } } },
  });
  return async (path: string, body: object, headers: Record<string, string> = {}) => {
    const reply = await post(gateway, path, body, headers);
    const text = await reply.text();
    return {
      status: reply.status,
      text,
      sent: JSON.stringify(received.at(-1)?.body['messages'] ?? null),
      warnings: reply.headers.get('x-conclave-warnings') ?? '',
    };
  };
}

const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } };
const look = { type: 'tool_use', id: 'a', name: 'look', input: {} };
const seen = [
  { role: 'user', content: 'Look' },
  { role: 'assistant', content: [look] },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [image] }] },
];
const messages = [
  ...seen,
  { role: 'assistant', content: 'A cat.' },
  { role: 'user', content: 'Thanks. Next?' },
];
const claude = { model: textOnly, max_tokens: 99 };

const dataUrl = `data:image/png;base64,${png}`;
const chat = {
  model: textOnly,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is it?' },
        { type: 'image_url', image_url: { url: dataUrl } },
      ],
    },
    { role: 'assistant', content: 'A cat.' },
    { role: 'user', content: 'Thanks. Next?' },
  ],
};
const responses = {
  model: textOnly,
  input: [
    { role: 'user', content: 'Look' },
    { type: 'function_call', call_id: 'a', name: 'look', arguments: '{}' },
    { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_image', image_url: dataUrl }] },
    { role: 'assistant', content: 'A cat.' },
    { role: 'user', content: 'Thanks. Next?' },
  ],
};

test('a model without vision continues a conversation in which another has answered an image', async (t) => {
  const ask = await startTextModel(t);
  const clients = [
    ['/v1/messages', { ...claude, messages }],
    ['/v1/chat/completions', chat],
    ['/v1/responses', responses],
  ] as const;
  for (const [path, body] of clients) {
    const { status, text, sent, warnings } = await ask(path, body);
    assert.equal(status, 200, `${path} ${text}`);
    assert.doesNotMatch(sent, /image_url|iVBOR/, path);
    assert.match(sent, /\[image left out\].*A cat\..*Next\?/, path);
    assert.match(warnings, /does not support vision: what earlier turns contain of it was left out/, path);
    const strict = await ask(path, body, { 'x-conclave-strict': 'true' });
    assert.equal(strict.status, 400, path);
    assert.match(strict.text, /does not support vision/);
  }
});

test('an image that no model has answered yet is refused for a model without vision', async (t) => {
  const ask = await startTextModel(t);
  const current = [...messages.slice(0, -1), { role: 'user', content: [image] }];
  const inLoop = [
    ...messages,
    { role: 'assistant', content: [{ ...look, id: 'b' }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'b', content: [image] }] },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'So:' },
        { ...look, id: 'c' },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'ok' }] },
  ];
  const prefilled = [...seen, { role: 'assistant', content: 'It is' }];
  for (const asked of [seen, current, inLoop, prefilled]) {
    const { status, text } = await ask('/v1/messages', { ...claude, messages: asked });
    assert.equal(status, 400, text);
    assert.match(text, /does not support vision/);
  }
});

test('auto still takes a model that sees what the conversation contains', async (t) => {
  const ask = await startTextModel(t);
  const { status, text, sent } = await ask('/v1/messages', { ...claude, model: 'auto', messages });
  assert.equal(status, 200, text);
  assert.match(sent, /image_url/);
});

import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { chunk, chunkOf, streamEnd } from '../support/chat-replies.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { lastRow } from '../support/ledger-rows.ts';

type Dialect = 'openai-chat' | 'anthropic-messages';

const asked: Readonly<Record<Dialect, readonly [path: string, body: object]>> = {
  'openai-chat': ['/v1/chat/completions', {}],
  'anthropic-messages': ['/v1/messages', { max_tokens: 99 }],
};

/** Bytes of a stream that arrive together. `where`: the provider's address; `sent`: the headers it received. */
type Answer = (where: string, sent: IncomingHttpHeaders) => readonly string[];

const late = (message: string) => ({ error: { message, code: 500 } });

const answers: Readonly<Record<string, readonly [Dialect, Answer]>> = {
  'begins with the warning that another model answers': [
    'anthropic-messages',
    (where) => {
      const input = JSON.stringify({ path: 'a.env', content: `URL=${where}/health` });
      const delta = (index: number, members: object) =>
        event('content_block_delta', { index, delta: members });
      return [
        event('message_start', { message: { id: 'msg_1', content: [], usage: { input_tokens: 3 } } }),
        block(0, { type: 'fallback', from: { model: 'm' }, to: { model: 'm2' } }),
        event('content_block_stop', { index: 0 }),
        block(1, { type: 'thinking', thinking: '', signature: '' }),
        delta(1, { type: 'thinking_delta', thinking: `It listens at ${where}/health.` }),
        delta(1, { type: 'signature_delta', signature: 'c2lnbmVk' }),
        event('content_block_stop', { index: 1 }),
        block(2, { type: 'tool_use', id: 'toolu_1', name: 'Write', input: {} }),
        delta(2, { type: 'input_json_delta', partial_json: input }),
        event('content_block_stop', { index: 2 }),
        event('message_delta', { delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } }),
        event('message_stop', {}),
      ];
    },
  ],
  'has an error behind its end, all in one piece': [
    'openai-chat',
    (where) => [
      chunk(`Open ${where}/health`) +
        chunk({}, 'length') +
        `data: ${JSON.stringify(late('Too long'))}\n\n` +
        streamEnd,
    ],
  ],
  'has an error behind its end, and content of another answer behind that': [
    'openai-chat',
    (where) => [
      chunk('Hello.', 'stop'),
      `data: ${JSON.stringify(late('Too long'))}\n\n`,
      chunkOf({ choices: [{ index: 1, delta: { content: `Open ${where}` }, finish_reason: 'stop' }] }),
      streamEnd,
    ],
  ],
};

for (const [what, [dialect, answer]] of Object.entries(answers)) {
  test(`a stream that ${what} is relayed byte for byte`, async (t) => {
    const { text, sent, row } = await relayed(t, dialect, answer);
    assert.equal(text, sent);
    assertWarned(row);
  });
}

const key = 'key/never+to/be"seen-0123456789';
const php = (value: unknown) => JSON.stringify(value).replaceAll('/', String.raw`\/`);
const dotNet = (value: unknown) =>
  JSON.stringify(value)
    .replaceAll(String.raw`\"`, String.raw`\u0022`)
    .replaceAll('+', String.raw`\u002B`);

for (const [language, write] of Object.entries({
  JSON: JSON.stringify,
  "PHP's JSON": php,
  ".NET's JSON": dotNet,
})) {
  test(`a key that a late error quotes in ${language} is not relayed, and its event is otherwise as it came`, async (t) => {
    const usage = '"usage" : {"prompt_tokens":4,"completion_tokens":5,"id":12345678901234567890}';
    const { text, sent, row } = await relayed(t, 'openai-chat', (_, { authorization }) => {
      const message = write(`refused ${write({ authorization, said: 'Grüße' })}`);
      const comment = String.raw`: said "by \its" server`;
      return [
        chunk('Hello.', 'stop'),
        `${comment}\r\ndata: {"error":{"code":500,"message":${message}},${usage}}\r\n\r\n`,
        streamEnd,
      ];
    });
    const event = /^data: \{"error".*$/m;
    assert.equal(text.replace(event, ''), sent.replace(event, ''));
    const [shown = ''] = event.exec(text) ?? [];
    assert.ok(shown.endsWith(`,${usage}}`), shown);
    const { error } = JSON.parse(shown.slice('data: '.length));
    assert.equal(error.message, 'refused {"authorization":"Bearer [hidden]","said":"Grüße"}');
    assertWarned(row);
  });
}

// GitHub Copilot splits one answer over several choices, any of which may fail.
for (const [when, finish_reason, state] of [
  ['in the middle of it', null, 'truncated'],
  ['behind its end', 'stop', 'ok'],
] as const) {
  test(`a key that a later part of an answer quotes in its failure ${when} is not relayed`, async (t) => {
    const begun = chunkOf({
      choices: [0, 1].map((index) => ({ index, delta: { content: 'Hello.' }, finish_reason })),
    });
    const { text, row } = await relayed(t, 'openai-chat', (where, { authorization }) => {
      const error = { code: 502, message: `${where} refused ${String(authorization)}` };
      const choices = [
        { index: 0, delta: {}, finish_reason },
        { index: 1, delta: {}, finish_reason, error },
      ];
      return [begun, chunkOf({ choices }), streamEnd];
    });
    assert.ok(text.startsWith(begun), text);
    assert.ok(!text.includes('never+to') && !text.includes('127.0.0.1'), text);
    assert.equal(text.match(/refused/g)?.length, 1, text);
    assert.equal(row.state, state);
  });
}

async function relayed(t: TestContext, dialect: Dialect, answer: Answer) {
  let sent = '';
  const lab = await startLocalServer(t, async (request, response) => {
    await readText(request);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of answer(lab, request.headers)) {
      sent += piece;
      response.write(piece);
      await delay(10);
    }
    response.end();
  });
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { dialect, baseUrl: lab, apiKey: key } } },
  });
  const [path, members] = asked[dialect];
  const messages = [{ role: 'user', content: 'Hello' }];
  const reply = await post(gateway, path, { model: 'lab/m', stream: true, messages, ...members });
  const text = await reply.text();
  return { text, sent, row: await lastRow(gateway) };
}

function assertWarned({ state, warnings }: Awaited<ReturnType<typeof lastRow>>): void {
  assert.equal(state, 'ok');
  assert.equal(warnings.length, 1);
}

function event(type: string, members: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

function block(index: number, content: object): string {
  return event('content_block_start', { index, content_block: content });
}

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { DialectId } from '../../src/core/wire/content.ts';
import { startScriptedProvider } from '../providers/scripted-provider.ts';
import { chunk, completion, streamEnd } from '../support/chat-replies.ts';
import { claudeReply } from '../support/claude-reply.ts';
import { clientDialects, seenStream, type ClientDialectId } from '../support/client-stream.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { startLocalServer } from '../support/local-server.ts';
import { responseOf } from '../support/responses-reply.ts';

const events = [
  chunk({ role: 'assistant', content: 'Hel' }),
  chunk({ content: 'lo.' }),
  chunk({}, 'stop'),
  streamEnd,
];
const whole = JSON.stringify(completion('Hello.'));

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

test('and if that stream breaks off, the client gets only an error', async (t) => {
  const gateway = await behind(t, 'text/event-stream', events.slice(0, 2).join(''));
  const reply = await post(gateway, '/v1/chat/completions', {
    model: 'lab/m',
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const body = (await reply.json()) as { error: { message: string } };
  assert.equal(reply.status, 502);
  assert.match(body.error.message, /broke off/);
});

test('and if that stream breaks off, another model answers, because nothing was sent yet', async (t) => {
  const endings = {
    'no end': [events.slice(0, 2).join(''), 'end'],
    'an error': [`${events[0]}data: {"error":{"message":"over","type":"server_error"}}\n\n`, 'end'],
    'no JSON': [`${events[0]}data: {"id":\n\ndata: [DONE]\n\n`, 'end'],
    'a reset': [events[0] ?? '', 'reset'],
    silence: [events[0] ?? '', 'hang'],
  } as const;
  const provider = await startScriptedProvider(t);
  const spare = await startScriptedProvider(t);
  spare.say({ contentType: 'application/json', pieces: [Buffer.from(whole)], ending: 'end' });
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: `${provider.url}/v1` },
        spare: { dialect: 'openai-chat', baseUrl: `${spare.url}/v1` },
      },
      routing: {
        retries: 0,
        timeouts: { idleMs: 500, wholeAnswerMs: 5_000 },
        fallbacks: Object.fromEntries(Object.keys(endings).map((name) => [`lab/${name}`, ['spare/m']])),
      },
    },
  });
  for (const [name, [text, ending]] of Object.entries(endings)) {
    provider.say({ contentType: 'text/event-stream', pieces: [Buffer.from(text)], ending });
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const messages = [{ role: 'user', content: 'Hi' }];
      const reply = await post(gateway, path, { model: `lab/${name}`, messages, max_tokens: 50 });
      const body = await reply.text();
      assert.equal(reply.status, 200, `${name} ${path}: ${body}`);
      assert.match(body, /Hello\./);
      assert.doesNotMatch(body, /HelHello/);
      assert.equal(reply.headers.get('x-conclave-attempts'), '2');
    }
  }
});

test('a provider that does not stream when asked still gives the client a stream', async (t) => {
  const gateway = await behind(t, 'application/json', whole);
  const body = { model: 'lab/m', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
  const reply = await post(gateway, '/v1/chat/completions', body);
  const text = await reply.text();
  assert.match(reply.headers.get('content-type') ?? '', /event-stream/);
  assert.match(text, /"content":"Hello\."[\s\S]*\[DONE\]/);
});

test('a reply with a wrong label is read as what it is, with one request', async (t) => {
  const provider = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: { dialect: 'openai-chat', baseUrl: `${provider.url}/v1` } } },
  });
  const stream = [Buffer.from(': hello\n\n'), ...events.map((event) => Buffer.from(event))];
  const says = [
    ...['text/plain', 'application/json', ''].map((type) => [type, stream, true] as const),
    ['text/plain', [Buffer.from('d'), Buffer.from(`${events.join('').slice(1)}`)], true],
    ['text/event-stream', [Buffer.from(whole)], false],
    ['application/json', [Buffer.from(`\ufeff${whole}`)], false],
    ['application/json', [Buffer.from(`\ufeff${whole}`)], true],
  ] as const;
  for (const [contentType, pieces, asksForStream] of says) {
    provider.say({ contentType, pieces: [...pieces], ending: 'end' });
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const messages = [{ role: 'user', content: 'Hi' }];
      const body = { model: 'lab/m', messages, max_tokens: 50, stream: asksForStream };
      const reply = await post(gateway, path, body);
      const text = await reply.text();
      assert.equal(reply.status, 200, `${contentType}: ${text}`);
      assert.match(text, asksForStream ? /lo\./ : /Hello\./);
      const label = asksForStream ? /^text\/event-stream/ : /^application\/json/;
      assert.match(reply.headers.get('content-type') ?? '', label);
      assert.equal(reply.headers.get('x-conclave-attempts'), '1');
    }
  }
});

test('JSON that is labelled as a stream is what it is for every dialect: the error that it reports, or the answer', async (t) => {
  const provider = await startScriptedProvider(t);
  const lab = (dialect: DialectId) => ({ dialect, baseUrl: `${provider.url}/v1`, apiKey: 'k' });
  const replies = {
    'openai-chat': completion(),
    'openai-responses': responseOf(),
    'anthropic-messages': claudeReply(),
  };
  const message = 'You exceeded your current quota.';
  const openAiError = { error: { message, type: 'insufficient_quota', code: 'insufficient_quota' } };
  const errors: Record<string, object> = {
    'openai-chat': openAiError,
    'openai-responses': openAiError,
    'anthropic-messages': { type: 'error', error: { type: 'billing_error', message } },
  };
  for (const [dialect, { path, ask }] of Object.entries(clientDialects)) {
    for (const [provides, answer] of Object.entries(replies)) {
      const gateway = await startTestGateway(t, {
        config: { providers: { lab: lab(provides as DialectId) }, routing: { retries: 0 } },
      });
      const told = async (body: object, split: boolean, ending: 'end' | 'reset' = 'end') => {
        const bytes = Buffer.from(
          split ? `\n${JSON.stringify(body, null, 2)}\n\n` : `\ufeff${JSON.stringify(body)}`,
        );
        const pieces = split ? [...bytes].map((byte) => Buffer.of(byte)) : [bytes];
        provider.say({ contentType: 'text/event-stream', pieces, ending });
        return post(gateway, path, { ...ask, model: 'lab/m', stream: true });
      };
      const title = `${provides} for ${dialect}`;
      for (const split of [false, true]) {
        const answered = await told(answer, split);
        assert.equal(answered.headers.get('x-conclave-attempts'), '1');
        const stream = seenStream(dialect as ClientDialectId, new Uint8Array(await answered.arrayBuffer()));
        assert.deepEqual(stream, { ends: ['finish'], after: 0, text: 'Hello.' }, title);
      }
      const failure = errors[provides] ?? {};
      for (const body of [behindComments(failure), `[${JSON.stringify(failure)}]`]) {
        for (const pieces of [[body], [...body]]) {
          provider.say({ contentType: 'text/event-stream', pieces: pieces.map(bytesOf), ending: 'end' });
          const failed = await post(gateway, path, { ...ask, model: 'lab/m', stream: true });
          assert.match(await failed.text(), /You exceeded your current quota\./, `${title}: ${body}`);
          const row = await ledgerRow(gateway, failed);
          assert.equal(row.attempts[0]?.errorCode, 'provider_quota', title);
        }
      }
      for (const [split, ending] of [
        [false, 'end'],
        [true, 'end'],
        [false, 'reset'],
      ] as const) {
        const failed = await told(failure, split, ending);
        assert.notEqual(failed.status, 200, title);
        assert.match(await failed.text(), /You exceeded your current quota\./, title);
        const row = await ledgerRow(gateway, failed);
        assert.deepEqual([row.attempts[0]?.errorCode, row.estimated], ['provider_quota', false], title);
      }
    }
  }
});

const bytesOf = (text: string) => Buffer.from(text);

const behindComments = (body: object) => `: waiting {"\n\n:\r\n ${JSON.stringify(body, null, 2)}\n`;

test('an error in a list is that error, in an event of a stream and in a whole reply', async (t) => {
  const listed = JSON.stringify([{ error: { message: 'Slow down.', code: 'rate_limit_exceeded' } }]);
  const ways = [
    ['text/event-stream', `data: ${listed}\n\n`, true],
    ['application/json', listed, true],
    ['application/json', listed, false],
    ['text/event-stream', listed, false],
    ['text/event-stream', `: one moment\n\n${listed}`, false],
  ] as const;
  for (const [type, said, stream] of ways) {
    const gateway = await behind(t, type, said);
    const body = { model: 'lab/m', stream, messages: [{ role: 'user', content: 'Hi' }] };
    const reply = await post(gateway, '/v1/chat/completions', body);
    assert.equal(reply.status, 429, said);
    assert.match(await reply.text(), /Slow down\./);
  }
});

test('a line of JSON before the events of a stream is no reply, nor is JSON that was cut, however the bytes arrive', async (t) => {
  const provider = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${provider.url}/v1` } },
      routing: { retries: 0 },
    },
  });
  const told = async (...texts: string[]) => {
    const pieces = texts.map((text) => Buffer.from(text));
    provider.say({ contentType: 'text/event-stream', pieces, ending: 'end' });
    const body = { model: 'lab/m', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
    return (await post(gateway, '/v1/chat/completions', body)).text();
  };
  const note = '{"note":"warming up"}\n\n';
  for (const pieces of [[note + events.join('')], [note, ...events], [...(note + events.join(''))]]) {
    assert.match(await told(...pieces), /"content":"lo\."[\s\S]*\[DONE\]/);
  }
  assert.match(await told(whole.slice(0, 20), whole.slice(20, -1)), /broke off/);
});

test('the first line of a stream of Ollama’s, which is JSON as well, is not the whole answer', async (t) => {
  const line = { model: 'm', message: { role: 'assistant', content: 'Hel' }, done: false };
  const gateway = await behind(t, 'application/x-ndjson', JSON.stringify(line), {}, 'ollama-chat');
  const body = { model: 'lab/m', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
  const reply = await post(gateway, '/v1/chat/completions', body);
  assert.match(await reply.text(), /broke off/);
});

test('several choices arrive complete, however the provider sent them', async (t) => {
  const choices = (choice: (index: number) => object) => ({
    id: 'c',
    created: 1,
    model: 'm',
    choices: [0, 1].map(choice),
  });
  const call = (index: number, args: string) => ({ index, function: { arguments: args } });
  const deltas = [
    () => ({ role: 'assistant', content: 'Answer ' }),
    (index: number) => ({
      content: `${index}`,
      tool_calls: [{ ...call(0, '{"a"'), id: `call_${index}`, type: 'function' }],
    }),
    () => ({ tool_calls: [{ index: 0, function: { name: 'f', arguments: ':1}' } }] }),
  ];
  const streamed = [
    ...deltas.map((delta) => choices((index) => ({ index, delta: delta(index), finish_reason: null }))),
    choices((index) => ({ index, delta: {}, finish_reason: 'tool_calls' })),
  ];
  const messageOf = (index: number) => ({
    role: 'assistant',
    content: `Answer ${index}`,
    tool_calls: [{ id: `call_${index}`, type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
  });
  const asWhole = choices((index) => ({ index, message: messageOf(index), finish_reason: 'tool_calls' }));
  const ways = {
    streamed: [
      'text/event-stream',
      [...streamed.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'].join(''),
    ],
    whole: ['application/json', JSON.stringify(asWhole)],
  } as const;
  for (const [way, [type, said]] of Object.entries(ways)) {
    // A provider with replies that are always rewritten.
    const gateway = await behind(t, type, said, { rewritesReplies: true });
    const messages = [{ role: 'user', content: 'Hi' }];
    const reply = await post(gateway, '/v1/chat/completions', { model: 'lab/m', n: 2, messages });
    const body = (await reply.json()) as { choices: object[] };
    assert.equal(body.choices.length, 2, way);
    for (const [index, choice] of body.choices.entries()) {
      assert.partialDeepStrictEqual(choice, {
        index,
        message: messageOf(index),
        finish_reason: 'tool_calls',
      });
      assert.ok(!('delta' in choice), way);
    }
  }
});

async function behind(
  t: TestContext,
  type: string,
  body: string,
  quirks: object = {},
  dialect: DialectId = 'openai-chat',
) {
  const origin = await startLocalServer(t, (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  return startTestGateway(t, {
    config: { providers: { lab: { dialect, baseUrl: `${origin}/v1`, apiKey: 'k', quirks } } },
  });
}

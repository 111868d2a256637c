import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';

// A ceiling on latency holds until a stream's first content: a provider that sends its head and then nothing has not
// begun to answer. Silence of its own would be noticed only after a minute.

const event = (data: object, name?: string) =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
const delta = (of: object, finish: string | null = null) =>
  event({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: of, finish_reason: finish }],
  });

/** What a provider of each dialect sends before its first content. */
const preambles = {
  'openai-chat': delta({ role: 'assistant', content: '' }),
  'anthropic-messages': event(
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 10, output_tokens: 1 },
      },
    },
    'message_start',
  ),
} as const;

const messages = [{ role: 'user', content: 'Hello' }];
const clients = {
  'openai-chat': ['/v1/chat/completions', { messages }],
  'openai-responses': ['/v1/responses', { input: 'Hello' }],
  'anthropic-messages': ['/v1/messages', { max_tokens: 50, messages }],
} as const;

for (const dialect of Object.keys(preambles) as (keyof typeof preambles)[]) {
  test(`a stream of ${dialect} that stalls before its first content is given up with its caller's patience`, async (t) => {
    const { gateway, answered } = await setUp(t, dialect);
    for (const head of ['', preambles[dialect]]) {
      for (const [path, body] of Object.values(clients)) {
        const provider = answered();
        const asked = post(gateway, path, { ...body, model: 'lab/m', stream: true }, patience(150));
        // An impatient caller may leave before its provider is reached; its reply says the same.
        const first = await Promise.race([provider, asked]);
        const hungUp = 'write' in first ? once(first, 'close') : undefined;
        if ('write' in first) first.write(head);
        const reply = await asked;
        assert.equal(reply.status, 504, path);
        assert.match(
          await reply.text(),
          /within the caller's limit of 150 ms|did not begin to reply within \d+ ms/,
        );
        const [row] = await gateway.app.ledger.recent({ limit: 1 });
        assert.equal(row?.errorCode, 'provider_timeout');
        await hungUp;
      }
    }
  });
}

test('a stream that has begun may take longer than its caller would have waited for its first content', async (t) => {
  const { gateway, answered } = await setUp(t, 'openai-chat');
  for (let ms = 300; ; ms *= 2) {
    const provider = answered();
    const asked = post(
      gateway,
      '/v1/chat/completions',
      { messages, model: 'lab/m', stream: true },
      patience(ms),
    );
    const first = await Promise.race([provider, asked]);
    if ('write' in first) first.write(delta({ role: 'assistant', content: 'Once' }));
    const reply = await asked;
    // On a machine that is too busy for that much patience, more of it shows the same.
    if (reply.status === 504) continue;
    assert.ok('write' in first);
    await new Promise((resolve) => setTimeout(resolve, ms + 100));
    first.end(`${delta({ content: ' upon a time' })}${delta({}, 'stop')}data: [DONE]\n\n`);
    const text = await reply.text();
    assert.match(text, /upon a time/);
    assert.match(text, /\[DONE\]/);
    return;
  }
});

test('until content another model is asked as long as the patience lasts', async (t) => {
  const { gateway, answered } = await setUp(t, 'openai-chat', { idleMs: 200 });
  void answered().then((response) => {
    response.write(preambles['openai-chat']);
    void answered().then((other) =>
      other.end(`${delta({ role: 'assistant', content: 'Here.' })}${delta({}, 'stop')}data: [DONE]\n\n`),
    );
  });
  const body = { messages, models: ['lab/m', 'lab/other'], stream: true };
  const reply = await post(gateway, '/v1/chat/completions', body, patience(60_000));
  assert.match(await reply.text(), /Here\./);
  assert.equal(reply.headers.get('x-conclave-model'), 'lab/other');
});

test('a model that can think may be silent for as long as is configured for that', async (t) => {
  const { gateway, answered } = await setUp(t, 'openai-chat', { idleMs: 100, thinkingMs: 60_000 });
  const silent = async (model: string) => {
    void answered().then(async (response) => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      response.end(`${delta({ role: 'assistant', content: 'Here.' })}${delta({}, 'stop')}data: [DONE]\n\n`);
    });
    return (await post(gateway, '/v1/chat/completions', { messages, model, stream: true })).text();
  };
  assert.match(await silent('lab/thinker'), /Here\./);
  assert.match(await silent('lab/m'), /silent for 100 ms .*idleMs/);
});

test('a stream that is only kept open, by comments or empty pieces, is given up for the next model; one with content is not', async (t) => {
  const { gateway, answered } = await setUp(t, 'openai-chat', { idleMs: 300, thinkingMs: 400 });
  /** Says the same again and again until its caller hangs up. */
  const beat = (response: ServerResponse, text: string, atMost = Infinity) =>
    new Promise<void>((resolve) => {
      let said = 0;
      const timer = setInterval(() => {
        if (said++ < atMost) return void response.write(text);
        clearInterval(timer);
        resolve();
      }, 50);
      response.once('close', () => {
        clearInterval(timer);
        resolve();
      });
    });
  const body = { messages, models: ['lab/m', 'lab/other'], stream: true };
  for (const heartbeat of [': PROCESSING\n\n', delta({ content: '' }), preambles['openai-chat']]) {
    void answered().then((response) => {
      void beat(response, heartbeat);
      void answered().then(async (other) => {
        await beat(other, delta({ content: 'Here.' }), 12);
        other.end(`${delta({}, 'stop')}data: [DONE]\n\n`);
      });
    });
    const reply = await post(gateway, '/v1/chat/completions', body);
    assert.equal(reply.headers.get('x-conclave-model'), 'lab/other', heartbeat);
    assert.match(await reply.text(), /\[DONE\]/);
  }
  assert.match((await gateway.app.ledger.recent({ limit: 1 }))[0]?.attempts[0]?.message ?? '', /thinkingMs/);
});

test('a model that is known to think may send nothing but pings for longer', async (t) => {
  const { gateway, answered } = await setUp(t, 'openai-chat', { idleMs: 300, thinkingMs: 400 });
  void answered().then((response) => {
    const pings = setInterval(() => response.write(': thinking\n\n'), 50);
    setTimeout(() => {
      clearInterval(pings);
      response.end(`${delta({ content: 'Done.' })}${delta({}, 'stop')}data: [DONE]\n\n`);
    }, 900);
  });
  const reply = await post(gateway, '/v1/chat/completions', { messages, model: 'lab/thinker', stream: true });
  assert.match(await reply.text(), /Done\.[^]*\[DONE\]/);
});

const realTimeout = setTimeout;

test('a head that has been held for long enough goes out with a ping, not with another silence', async (t) => {
  const { gateway, answered } = await setUp(t, 'openai-chat');
  for (const [path, body] of Object.values(clients)) {
    const provider = answered();
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const asked = post(gateway, path, { ...body, model: 'lab/m', stream: true });
    const reached = provider.then(() => true);
    const moment = () => new Promise<false>((resolve) => realTimeout(resolve, 10, false));
    // Whatever waits a moment on the way to the provider shall go on.
    while (!(await Promise.race([reached, moment()]))) t.mock.timers.tick(1);
    t.mock.timers.tick(15_000);
    t.mock.timers.reset();
    const first = await provider;
    const reply = await asked;
    assert.equal(reply.status, 200, path);
    first.end(`${delta({ role: 'assistant', content: 'At last.' })}${delta({}, 'stop')}data: [DONE]\n\n`);
    const text = await reply.text();
    assert.match(text, /^(?:: ping|event: ping\ndata: \{"type": "ping"\})\n\n/, path);
    assert.match(text, /At last\./, path);
  }
});

const patience = (ms: number) => ({ 'x-conclave-max-latency-ms': String(ms) });

/** A provider that sends its head at once; what follows is the test's to write. */
async function setUp(
  t: Cleanup,
  dialect: keyof typeof preambles,
  timeouts: { idleMs?: number; thinkingMs?: number } = {},
) {
  const news = new EventEmitter<{ asked: [ServerResponse] }>();
  const url = await startLocalServer(t, (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    news.emit('asked', response);
  });
  const baseUrl = dialect === 'anthropic-messages' ? url : `${url}/v1`;
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect, baseUrl, apiKey: 'key' } },
      models: [{ id: 'lab/m' }, { id: 'lab/other' }, { id: 'lab/thinker', capabilities: ['reasoning'] }],
      routing: { retries: 0, timeouts },
    },
  });
  return {
    gateway,
    async answered() {
      const [response] = (await once(news, 'asked')) as [ServerResponse]; // as it is emitted
      return response;
    },
  };
}

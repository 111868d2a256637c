import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { forwardClock } from '../support/forward-clock.ts';
import { startLocalServer } from '../support/local-server.ts';
import { chunk, streamEnd, streamOf } from '../support/chat-replies.ts';

// A latency limit applies until a stream's first content: a provider that has sent only its headers has not begun to
// answer. The silence timeout alone would notice that only after a minute.

const event = (data: object, name?: string) =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

/** What a provider of each dialect sends before its first content. */
const preambles = {
  'openai-chat': chunk({ role: 'assistant', content: '' }),
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
  test(`a stream of ${dialect} that stalls before its first content is abandoned at the caller's time limit`, async (t) => {
    const { gateway, answered } = await setUp(t, dialect);
    for (const head of ['', preambles[dialect]]) {
      for (const [path, body] of Object.values(clients)) {
        const provider = answered();
        const asked = post(gateway, path, { ...body, model: 'lab/m', stream: true }, patience(150));
        // With a short limit the call may end before its provider is reached; the reply is the same.
        const first = await Promise.race([provider, asked]);
        const hungUp = 'write' in first ? once(first, 'close') : undefined;
        if ('write' in first) first.write(head);
        const reply = await asked;
        assert.equal(reply.status, 504, path);
        assert.match(
          await reply.text(),
          /within the caller's limit of 150 ms|did not begin to reply within \d+ ms/,
        );
        const row = await lastRow(gateway);
        assert.equal(row.errorCode, 'provider_timeout');
        await hungUp;
      }
    }
  });
}

test('a stream that has begun may take longer than the limit for its first content', async (t) => {
  const forward = forwardClock(t);
  const { gateway, answered } = await setUp(t, 'openai-chat');
  const provider = answered();
  const body = { messages, model: 'lab/m', stream: true };
  const asked = post(gateway, '/v1/chat/completions', body, patience(30_000));
  const first = await provider;
  first.write(chunk({ role: 'assistant', content: 'Once' }));
  const reply = await asked;
  assert.equal(reply.status, 200);
  forward(31_000);
  // Deadlines are checked every 20 ms, and timers run in order of their times.
  await sleep(60);
  first.end(streamOf(' upon a time'));
  const text = await reply.text();
  assert.match(text, /upon a time/);
  assert.match(text, /\[DONE\]/);
});

test('until the first content, other models are tried as long as the time limit allows', async (t) => {
  const { gateway, answered } = await setUp(t, 'openai-chat', { idleMs: 200 });
  void answered().then((response) => {
    response.write(preambles['openai-chat']);
    void answered().then((other) => other.end(streamOf('Here.')));
  });
  const body = { messages, models: ['lab/m', 'lab/other'], stream: true };
  const reply = await post(gateway, '/v1/chat/completions', body, patience(60_000));
  assert.match(await reply.text(), /Here\./);
  assert.equal(reply.headers.get('x-conclave-model'), 'lab/other');
});

test('a model that can think may be silent for as long as configured', async (t) => {
  const { gateway, answered } = await setUp(t, 'openai-chat', { idleMs: 100, thinkingMs: 60_000 });
  const ask = async (model: string) =>
    (await post(gateway, '/v1/chat/completions', { messages, model, stream: true })).text();
  void answered().then(async (response) => {
    await sleep(700);
    response.end(streamOf('Here.'));
  });
  assert.match(await ask('lab/thinker'), /Here\./);
  assert.match(await ask('lab/m'), /silent for 100 ms .*idleMs/);
});

test('a local model may be silent as long as one that thinks, and is not asked again after that', async (t) => {
  let asked = 0;
  let silentMs = 700;
  const url = await startLocalServer(t, (request, response) => {
    request.resume();
    if (request.method === 'POST') asked += 1;
    // Like Ollama, it sends nothing before the model is loaded and the prompt is read.
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(streamOf('Here.'));
    }, silentMs).unref();
  });
  const lab = (thinkingMs: number) =>
    startTestGateway(t, {
      config: {
        providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'key', local: true } },
        models: [{ id: 'lab/m' }],
        routing: { timeouts: { firstByteMs: 100, idleMs: 100, thinkingMs } },
      },
    });
  const body = { messages, model: 'lab/m', stream: true };
  const patient = await post(await lab(60_000), '/v1/chat/completions', body);
  assert.match(await patient.text(), /Here\./);
  assert.equal(asked, 1);
  silentMs = 60_000;
  const impatient = await post(await lab(300), '/v1/chat/completions', body);
  assert.equal(impatient.status, 504);
  assert.match(await impatient.text(), /300 ms .*thinkingMs/);
  assert.equal(asked, 2);
});

test('a stream with only comments or empty pieces is abandoned for the next model; one with content is not', async (t) => {
  const forward = forwardClock(t);
  const { gateway, answered } = await setUp(t, 'openai-chat', { idleMs: 30_000, thinkingMs: 40_000 });
  /** Sends the same data every five seconds, as the deadlines see it, until its caller disconnects. */
  const beat = (response: ServerResponse, text: string, atMost = Infinity) =>
    new Promise<void>((resolve) => {
      let said = 0;
      const timer = setInterval(() => {
        forward(5_000);
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
  for (const heartbeat of [': PROCESSING\n\n', chunk({ content: '' }), preambles['openai-chat']]) {
    void answered().then((response) => {
      void beat(response, heartbeat);
      void answered().then(async (other) => {
        await beat(other, chunk({ content: 'Here.' }), 12);
        other.end(`${chunk({}, 'stop')}${streamEnd}`);
      });
    });
    const reply = await post(gateway, '/v1/chat/completions', body);
    assert.equal(reply.headers.get('x-conclave-model'), 'lab/other', heartbeat);
    assert.match(await reply.text(), /\[DONE\]/);
  }
  assert.match((await gateway.app.ledger.recent({ limit: 1 }))[0]?.attempts[0]?.message ?? '', /thinkingMs/);
});

test('a model that is known to think may send only pings for longer', async (t) => {
  const forward = forwardClock(t);
  const { gateway, answered } = await setUp(t, 'openai-chat', { idleMs: 30_000, thinkingMs: 40_000 });
  void answered().then(async (response) => {
    for (let pings = 0; pings < 18; pings += 1) {
      await sleep(50);
      forward(5_000);
      response.write(': thinking\n\n');
    }
    response.end(streamOf('Done.'));
  });
  const reply = await post(gateway, '/v1/chat/completions', { messages, model: 'lab/thinker', stream: true });
  assert.match(await reply.text(), /Done\.[^]*\[DONE\]/);
});

const realTimeout = setTimeout;

test('headers that were held back long enough are sent with a ping, without another silence', async (t) => {
  const { gateway, answered } = await setUp(t, 'openai-chat');
  for (const [path, body] of Object.values(clients)) {
    const provider = answered();
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const asked = post(gateway, path, { ...body, model: 'lab/m', stream: true });
    const reached = provider.then(() => true);
    const moment = () => new Promise<false>((resolve) => realTimeout(resolve, 10, false));
    // Lets everything on the way to the provider proceed first.
    while (!(await Promise.race([reached, moment()]))) t.mock.timers.tick(1);
    t.mock.timers.tick(15_000);
    t.mock.timers.reset();
    const first = await provider;
    const reply = await asked;
    assert.equal(reply.status, 200, path);
    first.end(streamOf('At last.'));
    const text = await reply.text();
    assert.match(text, /^(?:: ping|event: ping\ndata: \{"type": "ping"\})\n\n/, path);
    assert.match(text, /At last\./, path);
  }
});

const patience = (ms: number) => ({ 'x-conclave-max-latency-ms': String(ms) });

/** A provider that sends its headers at once; the test writes what follows. */
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/core/json/json.ts';
import { chunk } from '../support/chat-replies.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';

// Conclave asks for the usage of every stream of Chat Completions. A server may refuse a member that it does not know.

const messages = [{ role: 'user', content: 'Hello' }];
const clients: readonly (readonly [path: string, body: JsonObject])[] = [
  ['/v1/chat/completions', { messages }],
  ['/v1/messages', { messages, max_tokens: 50 }],
  ['/v1/responses', { input: 'Hello' }],
];

type Refusal = { readonly status: number; readonly body: JsonObject };

const refusals: readonly Refusal[] = [
  {
    status: 400,
    body: {
      error: {
        message: 'Unrecognized request argument supplied: stream_options',
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
    },
  },
  {
    status: 422,
    body: { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Not permitted' }] },
  },
];

/** A server that refuses `stream_options`, or whatever it is asked. */
async function open(t: Cleanup, { status, body }: Refusal, refuses: 'usage' | 'all' = 'usage') {
  const asked: JsonObject[] = [];
  const url = await startLocalServer(t, async (request, response) => {
    const sent = JSON.parse(await readText(request)) as JsonObject; // our own gateway wrote it
    asked.push(sent);
    if (refuses === 'all' || sent['stream_options'] !== undefined) {
      response.writeHead(status, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(body));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${chunk({ role: 'assistant', content: 'Hi.' }, 'stop')}data: [DONE]\n\n`);
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } },
      routing: { retries: 0 },
    },
  });
  return {
    asked,
    async say(path: string, members: JsonObject) {
      const reply = await post(gateway, path, { model: 'lab/m', stream: true, ...members });
      const text = await reply.text();
      return { text, status: reply.status, warnings: reply.headers.get('x-conclave-warnings') ?? '' };
    },
  };
}

for (const refusal of refusals) {
  for (const [path, body] of clients) {
    test(`a stream of ${path} is asked for again without its usage after a ${refusal.status}, and from then on`, async (t) => {
      const { asked, say } = await open(t, refusal);
      const first = await say(path, body);
      assert.equal(first.status, 200, first.text);
      assert.match(first.text, /Hi\./);
      assert.match(first.warnings, /lab refuses stream_options.*quirk "streamUsage" to false/);
      assert.deepEqual(
        asked.map(({ stream_options }) => stream_options),
        [{ include_usage: true }, undefined],
      );
      const second = await say(path, body);
      assert.equal(second.status, 200, second.text);
      assert.equal(second.warnings.includes('stream_options'), false);
      assert.equal(asked.length, 3, 'it is remembered');
    });
  }
}

test('a client that asked for the usage itself gets its answer, and is told that there is none', async (t) => {
  const [refusal = assert.fail()] = refusals;
  const { asked, say } = await open(t, refusal);
  const reply = await say('/v1/chat/completions', { messages, stream_options: { include_usage: true } });
  assert.equal(reply.status, 200, reply.text);
  assert.match(reply.warnings, /"stream_options" was left out/);
  assert.equal(asked.at(-1)?.['stream_options'], undefined);
});

test('a server that refuses without it too is asked twice by each stream, which ask for the usage again', async (t) => {
  const [refusal = assert.fail()] = refusals;
  const { asked, say } = await open(t, refusal, 'all');
  const reply = await say('/v1/chat/completions', { messages });
  assert.equal(reply.status, 400, reply.text);
  assert.equal(asked.length, 2);
  assert.equal((await say('/v1/chat/completions', { messages })).status, 400);
  assert.deepEqual(asked[2]?.['stream_options'], { include_usage: true });
  assert.equal(asked.length, 4);
  assert.equal((await say('/v1/chat/completions', { messages, stream: false })).status, 400);
  assert.equal(asked.length, 5, 'usage was not asked for');
});

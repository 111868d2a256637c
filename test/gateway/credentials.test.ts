import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow, ledgerRow } from '../support/ledger-rows.ts';
import { startLocalServer } from '../support/local-server.ts';
import { chunk, streamEnd } from '../support/chat-replies.ts';

const secret = 'sk-never-to-be-seen-0123456789';
const headerSecret = 'header-never-to-be-seen-0123456789';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const echoes: Record<string, Answer> = {
  'in an error reply': (request, response) => {
    const message = `no such parameter in ${JSON.stringify(request.headers)}`;
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', code: null } }));
  },
  'in an error event behind content': (request, response) => {
    const message = `failed with ${JSON.stringify(request.headers)}`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk('x'));
    setTimeout(() => {
      response.end(`data: ${JSON.stringify({ error: { message, type: 'server_error', code: null } })}\n\n`);
    }, 20);
  },
};

for (const [where, echo] of Object.entries(echoes)) {
  for (const path of ['/v1/chat/completions', '/v1/messages']) {
    test(`a credential that a provider quotes ${where} reaches neither ${path} nor the ledger`, async (t) => {
      const gateway = await gatewayOf(t, headerSecret, echo);
      const body = {
        model: 'lab/m',
        stream: true,
        max_tokens: 9,
        messages: [{ role: 'user', content: 'x' }],
      };
      const reply = await post(gateway, path, body);
      const seen = await reply.text();
      assert.match(seen, /\[hidden\]/);
      const row = await lastRow(gateway);
      const kept = String(row.errorMessage);
      assert.match(kept, /\[hidden\]/);
      for (const text of [seen, kept]) {
        assert.ok(!text.includes(secret) && !text.includes(headerSecret), text);
      }
    });
  }
}

const lateErrors: Readonly<Record<string, (message: string) => object>> = {
  'an error': (message) => ({ error: { message, code: 500 } }),
  "a choice's error": (message) => ({ choices: [{ index: 0, delta: {}, error: { message, code: 500 } }] }),
};

for (const [path, stream, [what, late]] of ['/v1/chat/completions', '/v1/messages'].flatMap((path) =>
  [true, false].flatMap((stream) => Object.entries(lateErrors).map((one) => [path, stream, one] as const)),
)) {
  const how = stream ? 'streamed' : 'whole';
  test(`nor a credential in ${what} behind a whole answer, ${how} to ${path}`, async (t) => {
    const gateway = await gatewayOf(t, headerSecret, (request, response) => {
      const message = `late: ${JSON.stringify(request.headers)}`;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk('Hello.', 'stop'));
      setTimeout(() => {
        response.write(`data: ${JSON.stringify(late(message))}\n\n`);
        response.end(streamEnd);
      }, 20);
    });
    const body = { model: 'lab/m', stream, max_tokens: 9, messages: [{ role: 'user', content: 'x' }] };
    const reply = await post(gateway, path, body);
    const seen = (await reply.text()) + (reply.headers.get('x-conclave-warnings') ?? '');
    assert.match(seen, /Hello\./);
    if (stream) assert.match(seen, path === '/v1/messages' ? /message_stop/ : /data: \[DONE\]\n\n$/);
    const { state, warnings, bodies } = await ledgerRow(gateway, reply);
    assert.equal(state, 'ok');
    const kept = warnings.join();
    assert.match(kept, /late: .*\[hidden\]/);
    const answer = bodies?.reply ?? assert.fail('bodies are kept');
    assert.match(answer, /late: .*\[hidden\]/);
    for (const text of [seen, kept, answer])
      assert.ok(!text.includes(secret) && !text.includes(headerSecret), text);
  });
}

test('nor do short secrets, and a credential is hidden in the name of a parameter too', async (t) => {
  const password = 'hunter2-ab';
  const gateway = await gatewayOf(t, password, (request, response) => {
    const error = {
      message: `no such header: ${String(request.headers['x-lab-token'])}`,
      param: String(request.headers.authorization),
    };
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { ...error, type: 'invalid_request_error', code: null } }));
  });
  const reply = await post(gateway, '/v1/chat/completions', {
    model: 'lab/m',
    messages: [{ role: 'user', content: 'x' }],
  });
  const seen = await reply.text();
  assert.match(seen, /no such header: \[hidden\]/);
  assert.match(seen, /"param": ?"Bearer \[hidden\]"/);
  assert.ok(!seen.includes(password) && !seen.includes(secret), seen);
});

test('nor does the session token of an AWS account', async (t) => {
  const token = 'token-never-to-be-seen-0123456789';
  const url = await provider(t, (request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: `cannot read ${JSON.stringify(request.headers)}` }));
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        bedrock: {
          baseUrl: url,
          region: 'us-east-1',
          accessKeyId: 'AKIDEXAMPLE',
          secretAccessKey: secret,
          sessionToken: token,
        },
      },
    },
  });
  const reply = await post(gateway, '/v1/chat/completions', {
    model: 'bedrock/m',
    messages: [{ role: 'user', content: 'x' }],
  });
  const seen = await reply.text();
  assert.match(seen, /x-amz-security-token[^,]*\[hidden\]/);
  assert.ok(!seen.includes(token), seen);
});

/** A gateway in front of a provider that has a key and a header with this token. */
async function gatewayOf(t: TestContext, token: string, answer: Answer): Promise<TestGateway> {
  const lab = {
    dialect: 'openai-chat',
    baseUrl: `${await provider(t, answer)}/v1`,
    apiKey: secret,
    headers: { 'x-lab-token': token },
  } as const;
  return startTestGateway(t, { config: { providers: { lab }, ledger: { keepBodies: true } } });
}

async function provider(t: TestContext, answer: Answer): Promise<string> {
  return startLocalServer(t, (request, response) => {
    request.resume();
    request.on('end', () => answer(request, response));
  });
}

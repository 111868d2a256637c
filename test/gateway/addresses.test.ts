import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { mock, test } from 'node:test';
import { rowText } from '../../src/surfaces/cli/commands/show.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { startLocalServer } from '../support/local-server.ts';
import { httpClient } from '../support/mcp-clients.ts';
import { chunk } from '../support/chat-replies.ts';

// A provider's address is for the operator only. Clients get the provider's name, whatever goes wrong; the ledger and
// the log contain the address.

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';

const page = (type: string, body: string) =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** The possible failures, by requested model. */
const failures: Readonly<Record<string, (socket: Socket, address: string) => void>> = {
  closes: (socket) => socket.destroy(),
  silent: () => undefined,
  garbled: (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
  compressed: (socket) => socket.end(head.replace('\r\n\r\n', '\r\ncontent-encoding: snappy\r\n\r\nxx')),
  redirects: (socket, address) =>
    socket.end(`HTTP/1.1 307 Moved\r\nlocation: http://${address}/elsewhere\r\ncontent-length: 0\r\n\r\n`),
  quotes: (socket, address) => {
    const body = JSON.stringify({ error: { message: `dial tcp ${address}: connection refused` } });
    socket.end(
      `HTTP/1.1 500 Bad\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  },
  'is-a-page': (socket) => socket.end(page('text/html; charset=utf-8', '<!doctype html><title>Chat</title>')),
  'has-nothing': (socket) =>
    socket.end(page('text/plain', '404 page not found').replace('200 OK', '404 Not Found')),
  cut: (socket) => socket.write(head + chunk('Once'), () => socket.resetAndDestroy()),
  stalls: (socket) => void socket.write(head + chunk('Once')),
};

async function setUp(t: Cleanup) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const model = /"model": ?"([^"]+)"/.exec(data.toString())?.[1] ?? '';
      failures[model]?.(socket, address);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const nobody = `127.0.0.1:${(gone.address() as AddressInfo).port}`; // it listened on TCP
  await new Promise((resolve) => gone.close(resolve));
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: `http://${address}/v1`, apiKey: 'key' },
        gone: { dialect: 'openai-chat', baseUrl: `http://${nobody}/v1`, apiKey: 'key' },
      },
      routing: { retries: 0, timeouts: { firstByteMs: 1_000, wholeAnswerMs: 1_000, idleMs: 1_000 } },
    },
  });
  return { gateway, address, nobody };
}

const messages = [{ role: 'user', content: 'Hello' }];
const clients = [
  ['/v1/chat/completions', { messages }],
  ['/v1/responses', { input: 'Hello' }],
  ['/v1/messages', { max_tokens: 50, messages }],
] as const;

test("clients never see a provider's address, and the operator does", async (t) => {
  const { gateway, address, nobody } = await setUp(t);
  const asked = [...Object.keys(failures).map((name) => `lab/${name}`), 'gone/m'];
  await Promise.all(
    asked.flatMap((model) =>
      clients.flatMap(([path, body]) =>
        [false, true].map(async (stream) => {
          const title = `${model} at ${path}${stream ? ', streamed' : ''}`;
          const reply = await post(gateway, path, { ...body, model, stream });
          const said = `${JSON.stringify([...reply.headers])}${await reply.text()}`;
          const [provider = ''] = model.split('/');
          assert.doesNotMatch(said, /127\.0\.0\.1/, title);
          assert.match(said, new RegExp(`\\b${provider} |tcp ${provider}:|The provider`), title);
          const row = await ledgerRow(gateway, reply);
          // For a cut, the stream's reader may notice first; it has no address.
          if (model === 'lab/cut') return;
          const shown = rowText(row, { why: true });
          assert.ok(shown.includes(provider === 'gone' ? nobody : address), `${title}: ${shown}`);
        }),
      ),
    ),
  );
  const page = await fetch(`${gateway.url}/overview.json`, {
    headers: { authorization: `Bearer ${gateway.key}` },
  });
  assert.doesNotMatch(await page.text(), /127\.0\.0\.1/);
});

test('if every attempt failed, each is identified by its provider; the log has the addresses', async (t) => {
  const { gateway, address, nobody } = await setUp(t);
  const info = mock.method(gateway.app.log, 'info');
  const models = ['lab/closes', 'gone/m'];
  const reply = await post(gateway, '/v1/chat/completions', { models, messages });
  const said = await reply.text();
  assert.match(said, /1\. lab\/closes: provider_\w+: lab .* \d\. gone\/m: provider_\w+: gone /);
  assert.doesNotMatch(said, /127\.0\.0\.1/);
  const reasons = info.mock.calls.map(({ arguments: [fields] }) => String(fields['reason']));
  assert.ok(
    reasons.some((reason) => reason.includes(address) && reason.includes(nobody)),
    reasons.join(),
  );
});

test('a host that an error names without its port is not shown either', async (t) => {
  const origin = await startLocalServer(t, (request, response) => {
    request.resume().once('end', () => {
      const message = `lookup ${new URL(origin).hostname}: no such host`;
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message } }));
    });
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${origin}/v1`, apiKey: 'k' } },
      routing: { retries: 0 },
    },
  });
  const reply = await post(gateway, '/v1/chat/completions', { model: 'lab/m', messages });
  assert.match(await reply.text(), /lookup lab: no such host/);
});

test('tools over HTTP also identify the provider by name', async (t) => {
  const { gateway } = await setUp(t);
  const client = await httpClient(t, gateway, 'auto');
  const answer = await client.callTool({ name: 'chat', arguments: { prompt: 'Hi', model: 'gone/m' } });
  const said = JSON.stringify(answer);
  assert.match(said, /provider_unreachable: gone cannot be reached/);
  assert.doesNotMatch(said, /127\.0\.0\.1/);
});

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { after, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { array, assert as assertProperty, asyncProperty, uint8Array } from 'fast-check';
import { ConclaveError, type ErrorCode } from '../../core/errors.ts';
import type { IncomingReply, OutgoingRequest } from '../../core/wire/transport.ts';
import { createTransport } from './http-out.ts';
import { forwardClock } from '../../../test/support/forward-clock.ts';
import { until } from '../../../test/support/until.ts';

const transport = createTransport({ environment: {} });
after(() => transport.close());

test('a reply arrives with its status, headers and body', async (t) => {
  const url = await httpServer(t, (request, response) => {
    response.writeHead(201, { 'x-kind': 'whole', 'set-cookie': ['a=1', 'b=2'] });
    request.pipe(response);
  });
  const reply = await transport.send(post(`${url}/v1/echo?a=1`, 'hello'));
  assert.equal(reply.status, 201);
  assert.equal(reply.headers['x-kind'], 'whole');
  assert.deepEqual(reply.headers['set-cookie'], ['a=1', 'b=2']);
  assert.equal(await text(reply), 'hello');
});

test('the request goes out as given, and never asks for compression', async (t) => {
  let seen: { url?: string | undefined; headers: NodeJS.Dict<string | string[]>; raw: string[] } | undefined;
  const url = await httpServer(t, (request, response) => {
    seen = { url: request.url, headers: request.headers, raw: request.rawHeaders };
    response.end();
  });
  const headers = { authorization: 'Bearer k', 'Accept-Encoding': 'gzip' };
  await text(await transport.send({ ...post(`${url}/v1/chat?x=%20y`, new Uint8Array([1, 2, 3])), headers }));
  assert.equal(seen?.url, '/v1/chat?x=%20y');
  assert.equal(seen?.headers.authorization, 'Bearer k');
  assert.equal(seen?.headers['content-length'], '3');
  assert.equal(seen?.raw.filter((name) => name.toLowerCase() === 'accept-encoding').length, 1);
  assert.equal(seen?.headers['accept-encoding'], 'identity');
});

test('a body in pieces is sent as one with its length, and can be sent again', async (t) => {
  const lengths: unknown[] = [];
  const url = await httpServer(t, (request, response) => {
    lengths.push(request.headers['content-length'], request.headers['transfer-encoding']);
    request.pipe(response);
  });
  const large = Buffer.alloc(3_000_000, 'prompt');
  const body = [Buffer.from('{"model":'), Buffer.from('"m"'), large.subarray(10), large.subarray(0, 10)];
  const whole = Buffer.concat(body).toString();
  for (let count = 0; count < 3; count++) {
    assert.equal(await text(await transport.send({ ...post(url), body })), whole);
  }
  assert.deepEqual(lengths, Array.from({ length: 3 }, () => [String(whole.length), undefined]).flat());
});

for (const pieces of [false, true]) {
  test(`a rejection before the body is fully sent is received${pieces ? ', of a body in pieces too' : ''}`, async (t) => {
    const url = await httpServer(t, (_request, response) => {
      response.writeHead(413, { connection: 'close' });
      response.end('too large');
    });
    const large = Buffer.alloc(6_000_000, 'x');
    const body = pieces ? [large.subarray(0, 100), large.subarray(100)] : large;
    const reply = await transport.send({ ...post(url), body });
    assert.equal(reply.status, 413);
    assert.equal(await text(reply), 'too large');
    assert.equal(await text(await transport.send(post(url))), 'too large');
  });
}

test('one connection carries one exchange after another', async (t) => {
  const sockets = new Set<Socket>();
  const url = await httpServer(t, (request, response) => {
    sockets.add(request.socket);
    response.end('ok');
  });
  const narrow = narrowTransport(t);
  for (let count = 0; count < 5; count++) assert.equal(await text(await narrow.send(post(url))), 'ok');
  assert.equal(sockets.size, 1);
});

test('never opens more connections than allowed', async (t) => {
  const narrow = createTransport({ connections: 2, environment: {} });
  t.after(() => narrow.close());
  const sockets = new Set<Socket>();
  const url = await httpServer(t, (request, response) => {
    sockets.add(request.socket);
    setImmediate(() => response.end('ok'));
  });
  const replies = await Promise.all(
    Array.from({ length: 20 }, async () => text(await narrow.send(post(url)))),
  );
  assert.deepEqual(new Set(replies), new Set(['ok']));
  assert.equal(sockets.size, 2);
});

test('readWhole returns the complete body, or what arrived before a cut, and nothing of one that is too large', async (t) => {
  const mebibyte = Buffer.alloc(2 ** 20, 'conclave ');
  const url = await httpServer(t, (request, response) => {
    response.writeHead(200, { 'content-length': mebibyte.length });
    if (request.url !== '/cut') return response.end(mebibyte);
    response.write(mebibyte.subarray(0, 1_000));
    return delivered().then(() => response.destroy());
  });
  const body = async (path: string) => (await transport.send(post(url + path))).body;
  assert.deepEqual(await (await body('/')).readWhole?.(2 ** 20), { bytes: mebibyte });
  const tooLarge = await (await body('/')).readWhole?.(2 ** 19);
  assert.deepEqual([tooLarge?.bytes.length, tooLarge?.cut?.code], [0, 'provider_invalid_reply']);
  assert.match(tooLarge?.cut?.message ?? '', /exceeds 524288 bytes/);
  const cut = await (await body('/cut')).readWhole?.(2 ** 20);
  assert.deepEqual(cut?.bytes, mebibyte.subarray(0, 1_000));
  assert.equal(cut.cut?.code, 'provider_unreachable');
});

test('a body has the same bytes however the provider splits it', async (t) => {
  let pieces: Uint8Array[] = [];
  const url = await httpServer(t, async (_request, response) => {
    response.flushHeaders();
    for (const piece of pieces) {
      response.write(piece);
      if (piece.length % 2 === 0) await new Promise(setImmediate);
    }
    response.end();
  });
  const anyPieces = array(uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 20 });
  await assertProperty(
    asyncProperty(anyPieces, async (chosen) => {
      pieces = chosen;
      assert.deepEqual(await bytes(await transport.send(post(url))), Buffer.concat(chosen));
    }),
    { numRuns: 40 },
  );
});

test('a body that drips byte by byte arrives whole', async (t) => {
  const expected = 'data: {"text":"héllo"}\n\n';
  const url = await tcpServer(t, async (socket) => {
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    const body = Buffer.from(expected);
    for (const byte of Buffer.from(`${head}${body.length.toString(16)}\r\n${expected}\r\n0\r\n\r\n`)) {
      socket.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
  });
  assert.equal(await text(await transport.send(post(url))), expected);
});

test('chunks that arrive together are handed over together', async (t) => {
  const url = await tcpServer(t, (socket) => {
    const chunks = Array.from({ length: 50 }, () => '3\r\nabc\r\n').join('');
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    setTimeout(() => socket.write(`${chunks}0\r\n\r\n`), 20);
  });
  const { body } = await transport.send(post(url));
  const pieces: number[] = [];
  for await (const piece of body) pieces.push(piece.length);
  assert.deepEqual(pieces, [150]);
});

test('a reader that stops reading stops the provider after 256 KiB', async (t) => {
  const total = 64 * 1024 * 1024;
  let socketOfReply: Socket | undefined;
  const url = await httpServer(t, (request, response) => {
    socketOfReply = request.socket;
    response.end(Buffer.alloc(total, 'x'));
  });
  const { body } = await transport.send(post(url));
  const reader = body[Symbol.asyncIterator]();
  await quietOf(() => socketOfReply?.bytesWritten);
  const first = await reader.next();
  assert.ok(first.value.length <= 256 * 1024, `${first.value.length} bytes were held`);
  let length = first.value.length;
  for await (const piece of body) length += piece.length;
  assert.equal(length, total);
});

test('a slow reader does not count as a silent provider', async (t) => {
  const forward = forwardClock(t);
  let socketOfReply: Socket | undefined;
  const url = await httpServer(t, (request, response) => {
    socketOfReply = request.socket;
    response.end(Buffer.alloc(4 * 1024 * 1024));
  });
  const { body } = await transport.send(post(url, '', { idleMs: 30_000 }));
  await quietOf(() => socketOfReply?.bytesWritten);
  forward(60_000);
  await deadlinesChecked();
  let length = 0;
  for await (const piece of body) length += piece.length;
  assert.equal(length, 4 * 1024 * 1024);
});

test('ending the loop early closes the connection to the provider', async (t) => {
  const closed = Promise.withResolvers<void>();
  const url = await httpServer(t, (request, response) => {
    request.socket.once('close', () => closed.resolve());
    response.write('first');
  });
  const { body } = await transport.send(post(url));
  for await (const piece of body) {
    assert.equal(piece.toString(), 'first');
    break;
  }
  await closed.promise;
  assert.deepEqual(await body[Symbol.asyncIterator]().next(), { done: true, value: undefined });
});

test('an abort in the middle of the body closes the connection and throws cancelled', async (t) => {
  const closed = Promise.withResolvers<void>();
  const url = await httpServer(t, (request, response) => {
    request.socket.once('close', () => closed.resolve());
    response.write('first');
  });
  const controller = new AbortController();
  const { body } = await transport.send({ ...post(url), signal: controller.signal });
  await failsWith('cancelled', async () => {
    for await (const _piece of body) controller.abort();
  });
  await closed.promise;
});

test('an abort while waiting for the reply closes the connection and throws cancelled', async (t) => {
  const closed = Promise.withResolvers<void>();
  const controller = new AbortController();
  const url = await httpServer(t, (request) => {
    request.socket.once('close', () => closed.resolve());
    controller.abort();
  });
  await failsWith('cancelled', () => transport.send({ ...post(url), signal: controller.signal }));
  await closed.promise;
});

test('an aborted signal keeps a request from being sent', async (t) => {
  let requests = 0;
  const url = await httpServer(t, (_request, response) => {
    requests++;
    response.end();
  });
  await failsWith('cancelled', () => transport.send({ ...post(url), signal: AbortSignal.abort() }));
  await text(await transport.send(post(url)));
  assert.equal(requests, 1);
});

test("a signal's own reason is what is thrown", async (t) => {
  const url = await httpServer(t, () => controller.abort(new ConclaveError('request_timeout', 'too long')));
  const controller = new AbortController();
  await failsWith('request_timeout', () => transport.send({ ...post(url), signal: controller.signal }));
});

test('a request that is cancelled while connecting is never sent', async (t) => {
  const held: Socket[] = [];
  let received = 0;
  const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
  const url = await tcpServer(t, (socket) => {
    received++;
    if (received === 1) held.push(socket);
    else socket.write(ok);
  });
  const narrow = narrowTransport(t);
  const waiting = new AbortController();
  const first = narrow.send(post(url));
  const second = narrow.send({ ...post(url), signal: waiting.signal });
  await until(() => received === 1, 'the first connection');
  waiting.abort();
  await failsWith('cancelled', () => second);
  held[0]?.write(ok);
  assert.equal((await first).status, 200);
  await text(await first);
  await text(await narrow.send(post(url)));
  assert.equal(received, 2, 'the first request and the one after the cancelled one');
});

test('a connection that is not established in time is a provider_timeout that says so', async (t) => {
  // A TCP server that never answers the TLS handshake.
  const url = await tcpServer(t, () => {});
  const error = await failsWith('provider_timeout', () =>
    transport.send(post(url.replace('http:', 'https:'), '', { connectMs: 50 })),
  );
  assert.match(error.message, /50 ms \(connectMs\)/);
});

test('a reply that does not begin in time is a provider_timeout that says so', async (t) => {
  const url = await httpServer(t, () => {});
  const error = await failsWith('provider_timeout', () => transport.send(post(url, '', { firstByteMs: 40 })));
  assert.match(error.message, /40 ms \(firstByteMs\)/);
});

test('a body that stalls is a provider_timeout after the bytes that had arrived', async (t) => {
  const closed = Promise.withResolvers<void>();
  const url = await httpServer(t, (request, response) => {
    request.socket.once('close', () => closed.resolve());
    response.write('half');
  });
  const { body } = await transport.send(post(url, '', { idleMs: 60 }));
  let seen = '';
  const error = await failsWith('provider_timeout', async () => {
    for await (const piece of body) seen += piece.toString();
  });
  assert.equal(seen, 'half');
  assert.match(error.message, /60 ms .*\(idleMs\)/);
  await closed.promise;
});

test('a slow body may exceed its idle limit in total as long as it makes progress', async (t) => {
  const forward = forwardClock(t);
  const url = await httpServer(t, async (_request, response) => {
    for (let count = 0; count < 8; count++) {
      response.write('x');
      await delivered();
      forward(20_000);
      await deadlinesChecked();
    }
    response.end();
  });
  assert.equal(await text(await transport.send(post(url, '', { idleMs: 30_000 }))), 'xxxxxxxx');
});

test('time in which our own process was busy does not count as a timeout of the provider', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-busy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const answered = join(folder, 'answered');
  const child = spawnServer(`
    import { writeFileSync } from 'node:fs';
    import { createServer } from 'node:http';
    createServer((request, response) => {
      if (request.url === '/late') response.on('finish', () => writeFileSync(${JSON.stringify(answered)}, ''));
      response.end('ok');
    }).listen(0, '127.0.0.1', function () {
      process.stdout.write(String(this.address().port));
    });`);
  t.after(() => child.kill());
  const [port] = await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${port}`;
  await text(await transport.send(post(url)));
  const reply = transport.send(post(`${url}/late`, '', { firstByteMs: 100 }));
  // Until the request is on its way.
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  // Busy until well after the limit, with the reply waiting in its socket, however slow the other process is.
  const began = performance.now();
  const hasAnswered = () => existsSync(answered) || performance.now() - began > 5_000;
  while (performance.now() - began < 250 || !hasAnswered());
  assert.equal(await text(await reply), 'ok');
});

test('a refused connection is provider_unreachable and keeps its cause', async () => {
  const error = await failsWith('provider_unreachable', () => transport.send(post('http://127.0.0.1:1')));
  assert.match(error.message, /127\.0\.0\.1:1 .*ECONNREFUSED/);
  assert.ok(error.cause instanceof Error);
  assert.equal(error.hint, undefined);
});

test('a host name that does not resolve is provider_unreachable', async () => {
  const error = await failsWith('provider_unreachable', () =>
    transport.send(post('http://nowhere.invalid/v1')),
  );
  assert.match(error.message, /nowhere\.invalid .*(ENOTFOUND|EAI_AGAIN)/);
});

test('a connection reset before the reply is provider_unreachable', async (t) => {
  const url = await tcpServer(t, (socket) => socket.resetAndDestroy());
  const error = await failsWith('provider_unreachable', () => transport.send(post(url)));
  assert.equal(error.hint, undefined);
});

for (const [how, end] of [
  ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ['closed', (socket: Socket) => socket.end()],
] as const) {
  test(`a kept-alive connection that is ${how} when it is reused is marked as stale`, async (t) => {
    const narrow = narrowTransport(t);
    const url = await tcpServer(t, (socket, requests) => {
      if (requests > 1) end(socket);
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
    assert.equal(await text(await narrow.send(post(url))), 'ok');
    const error = await failsWith('provider_unreachable', () => narrow.send(post(url)));
    assert.equal(error.hint, 'stale-connection');
    assert.equal(await text(await narrow.send(post(url))), 'ok');
  });
}

test('a reused connection that is reset after the first bytes of a reply is not stale', async (t) => {
  const narrow = narrowTransport(t);
  const url = await tcpServer(t, async (socket, requests) => {
    if (requests === 1) return socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    socket.write('HTTP/1.1 200 OK\r\ncont');
    await delivered();
    socket.resetAndDestroy();
  });
  assert.equal(await text(await narrow.send(post(url))), 'ok');
  const error = await failsWith('provider_unreachable', () => narrow.send(post(url)));
  assert.equal(error.hint, undefined);
});

const cutBodies = {
  'a body shorter than its content-length': 'content-length: 10\r\n\r\nhalf',
  'a chunked body without its last chunk': 'transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n',
  'a chunked body cut inside a chunk': 'transfer-encoding: chunked\r\n\r\nff\r\nhalf',
  'a cut body on a connection that was to close':
    'connection: close\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n',
  'a short body on a connection that was to close': 'connection: close\r\ncontent-length: 10\r\n\r\nhalf',
};
for (const [title, rest] of Object.entries(cutBodies)) {
  for (const end of ['end', 'resetAndDestroy'] as const) {
    test(`${title} throws after the bytes that had arrived (${end})`, async (t) => {
      const url = await tcpServer(t, async (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${rest}`);
        await delivered();
        socket[end]();
      });
      const { body } = await transport.send(post(url));
      let seen = '';
      const error = await failsWith('provider_unreachable', async () => {
        for await (const piece of body) seen += piece.toString();
      });
      assert.equal(seen, 'half');
      assert.match(error.message, /after 4 bytes/);
    });
  }
}

test('a body that ends with its connection is complete', async (t) => {
  const url = await tcpServer(t, (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nwhole'));
  assert.equal(await text(await transport.send(post(url))), 'whole');
});

test('broken chunk framing is provider_invalid_reply', async (t) => {
  const url = await tcpServer(t, (socket) =>
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n'),
  );
  const { body } = await transport.send(post(url));
  let seen = '';
  await failsWith('provider_invalid_reply', async () => {
    for await (const piece of body) seen += piece.toString();
  });
  assert.equal(seen, 'half');
});

const brokenHeads = {
  'words that are not HTTP': 'SSH-2.0-OpenSSH\r\n\r\n',
  'two different lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
  'a head without end': `HTTP/1.1 200 OK\r\n${'x-filler: y\r\n'.repeat(8_000)}`,
  'a body compressed in an unknown way':
    'HTTP/1.1 200 OK\r\ncontent-encoding: snappy\r\ncontent-length: 1\r\n\r\nx',
};
for (const [title, bytesOfHead] of Object.entries(brokenHeads)) {
  test(`${title} is provider_invalid_reply`, async (t) => {
    const url = await tcpServer(t, (socket) => socket.write(bytesOfHead));
    await failsWith('provider_invalid_reply', () => transport.send(post(url)));
  });
}

test('early hints before the reply are ignored', async (t) => {
  const url = await tcpServer(t, (socket) =>
    socket.write('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
  );
  const reply = await transport.send(post(url));
  assert.equal(reply.status, 200);
  assert.equal(await text(reply), 'ok');
});

test('a redirect is a reply and is not followed', async (t) => {
  let elsewhere = 0;
  const other = await httpServer(t, (_request, response) => {
    elsewhere++;
    response.end();
  });
  const url = await httpServer(t, (_request, response) => {
    response.writeHead(307, { location: other }).end();
  });
  const reply = await transport.send(post(url));
  await text(reply);
  assert.deepEqual([reply.status, reply.headers['location'], elsewhere], [307, other, 0]);
});

test('a key that cannot be a header is a configuration error that does not show it', async (t) => {
  const url = await httpServer(t, (_request, response) => response.end());
  const headers = { authorization: 'Bearer sk-secret\nx: y' };
  const error = await failsWith('configuration', () => transport.send({ ...post(url), headers }));
  assert.ok(!JSON.stringify([error.message, String(error.cause)]).includes('sk-secret'));
});

test('an invalid base URL is a configuration error', async () => {
  for (const url of ['localhost:11434/v1', 'ftp://models.example/v1', '/v1', '']) {
    await failsWith('configuration', () => transport.send(post(url)));
  }
});

test('200 exchanges at once do not mix', async (t) => {
  const url = await httpServer(t, (request, response) => request.pipe(response));
  const replies = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => text(await transport.send(post(url, `body ${index}`)))),
  );
  assert.deepEqual(
    replies,
    Array.from({ length: 200 }, (_, index) => `body ${index}`),
  );
});

test('closing ends open exchanges and refuses new ones', async (t) => {
  const closing = createTransport({ environment: {} });
  const url = await httpServer(t, (_request, response) => void response.write('first'));
  const { body } = await closing.send(post(url));
  const reader = body[Symbol.asyncIterator]();
  await reader.next();
  await closing.close();
  await failsWith('shutting_down', () => reader.next());
  await failsWith('shutting_down', () => closing.send(post(url)));
});

test('requests go through a configured proxy, with the credentials in its URL', async (t) => {
  const seen: string[] = [];
  const proxy = await httpServer(t, (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
    response.end('through the proxy');
  });
  const proxied = createTransport({
    environment: { http_proxy: proxy.replace('//', '//user:pass@'), NO_PROXY: 'inside.invalid' },
  });
  t.after(() => proxied.close());
  assert.equal(await text(await proxied.send(post('http://models.invalid/v1/x'))), 'through the proxy');
  assert.deepEqual(seen, ['POST http://models.invalid/v1/x Basic dXNlcjpwYXNz']);

  await failsWith('provider_unreachable', () => proxied.send(post('http://inside.invalid/v1')));
  const local = await httpServer(t, (_request, response) => response.end('direct'));
  assert.equal(await text(await proxied.send(post(local))), 'direct');
  assert.equal(seen.length, 1);
});

test('the error for a proxy that refuses a tunnel does not contain its password', async (t) => {
  const proxy = createServer();
  proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
  const address = (await listen(t, proxy)).replace('//', '//user:hunter2@');
  const proxied = createTransport({ environment: { HTTPS_PROXY: address } });
  t.after(() => proxied.close());
  const error = await failsWith('provider_unreachable', () =>
    proxied.send(post('https://models.invalid/v1')),
  );
  assert.ok(!`${error.message} ${String(error.cause)}`.includes('hunter2'));

  const nonsense = createTransport({ environment: { HTTPS_PROXY: 'user:hunter2@proxy' } });
  const refused = await failsWith('configuration', () => nonsense.send(post('https://models.invalid/v1')));
  assert.ok(!`${refused.message} ${String(refused.cause)}`.includes('hunter2'));
});

test('a certificate is trusted once NODE_EXTRA_CA_CERTS names it, and the error says so before', async (t) => {
  if (spawnSync('openssl', ['version']).status !== 0) return t.skip('needs the openssl command');
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost`;
  execFileSync(
    'openssl',
    [...request.split(' '), '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
    { stdio: 'ignore' },
  );
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    socket.on('error', () => {});
  });
  const { port } = new URL(await listen(t, server));
  const url = `https://localhost:${port}/`;

  const error = await failsWith('provider_unreachable', () => transport.send(post(url)));
  assert.match(error.message, /NODE_EXTRA_CA_CERTS/);

  const script = `
    import { createTransport } from ${JSON.stringify(import.meta.resolve('./http-out.ts'))};
    const timeouts = { connectMs: 5000, firstByteMs: 5000, idleMs: 5000 };
    const request = { method: 'GET', url: ${JSON.stringify(url)}, headers: {}, signal: new AbortController().signal, timeouts };
    const transport = createTransport();
    console.log((await transport.send(request)).status);
    await transport.close();`;
  const child = spawnServer(script, { NODE_EXTRA_CA_CERTS: certificate });
  const [printed] = await once(child.stdout, 'data');
  assert.equal(String(printed).trim(), '200');
});

test('the HTTP client is loaded on the first request, not earlier', () => {
  const script = `
    import { createRequire } from 'node:module';
    import { createTransport } from ${JSON.stringify(import.meta.resolve('./http-out.ts'))};
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/undici/'));
    const timeouts = { connectMs: 5000, firstByteMs: 5000, idleMs: 5000 };
    const request = { method: 'GET', url: 'http://127.0.0.1:1', headers: {}, signal: new AbortController().signal, timeouts };
    const transport = createTransport();
    const before = loaded();
    await transport.send(request).catch(() => {});
    console.log(before, loaded());`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
  });
  assert.equal(String(printed).trim(), 'false true');
});

function narrowTransport(t: TestContext) {
  const narrow = createTransport({ connections: 1, environment: {} });
  t.after(() => narrow.close());
  return narrow;
}

function post(url: string, body: string | Uint8Array = '', timeouts = {}): OutgoingRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'text/plain' },
    body,
    signal: new AbortController().signal,
    timeouts: { connectMs: 5_000, firstByteMs: 5_000, idleMs: 5_000, ...timeouts },
  };
}

async function bytes(reply: IncomingReply): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of reply.body) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function text(reply: IncomingReply): Promise<string> {
  return (await bytes(reply)).toString();
}

async function failsWith(code: ErrorCode, act: () => Promise<unknown>): Promise<ConclaveError> {
  try {
    await act();
  } catch (error) {
    assert.ok(error instanceof ConclaveError, String(error));
    assert.equal(error.code, code, error.message);
    return error;
  }
  return assert.fail(`expected ${code}`);
}

function httpServer(t: TestContext, answer: Parameters<typeof createServer>[1]): Promise<string> {
  return listen(t, createServer(answer));
}

/** A raw TCP server: `answer` is called for each request of a connection, counted from 1. */
function tcpServer(t: TestContext, answer: (socket: Socket, requests: number) => unknown): Promise<string> {
  return listen(
    t,
    createTcpServer((socket) => {
      let requests = 0;
      socket.on('error', () => {});
      socket.on('data', () => answer(socket, ++requests));
    }),
  );
}

async function listen(
  t: TestContext,
  server: HttpServer | ReturnType<typeof createTcpServer>,
): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  // A TCP server's address is always an object.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Resolves when a number has stopped growing. */
async function quietOf(read: () => number | undefined): Promise<void> {
  let last: number | undefined;
  let same = 0;
  const isQuiet = () => {
    const now = read();
    same = now !== undefined && now === last ? same + 1 : 0;
    last = now;
    return same === 5;
  };
  await until(isQuiet, 'the number to stop growing', { everyMs: 20 });
}

/** Resolves when this process has read what was sent over loopback, however busy it is: each turn reads once. */
async function delivered(): Promise<void> {
  await sleep(20);
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

/** Resolves after the deadlines, checked every 20 ms, were compared with the clock: timers run in order of their times. */
async function deadlinesChecked(): Promise<void> {
  await sleep(60);
  await new Promise(setImmediate);
}

function spawnServer(script: string, environment = {}) {
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
}

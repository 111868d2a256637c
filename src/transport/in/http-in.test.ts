import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { ConclaveError } from '../../core/errors.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './http-in.ts';
import { readBody } from '../bodies/read-body.ts';
import { responseWriter } from './response-writer.ts';
import { until } from '../../../test/support/until.ts';

const maxBytes = 64 * 1024;
const host = 'Host: localhost\r\n';

test('a request reaches its handler and the reply its client', async (t) => {
  const { raw } = await echoServer(t);
  const reply = await raw(
    `POST /echo HTTP/1.1\r\n${host}Content-Length: 5\r\nConnection: close\r\n\r\nhello`,
  );
  assert.match(reply, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(reply, /\r\n\r\nhello$/);
});

/** Each is followed on the same connection by a request that must never be served. */
const smuggling: Readonly<Record<string, string>> = {
  'length and chunks together': `POST / HTTP/1.1\r\n${host}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX`,
  'chunks and length together': `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nX`,
  'two different lengths': `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello`,
  'the same length twice': `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
  'a list of lengths': `POST / HTTP/1.1\r\n${host}Content-Length: 5, 5\r\n\r\nhello`,
  'a signed length': `POST / HTTP/1.1\r\n${host}Content-Length: +5\r\n\r\nhello`,
  'a negative length': `POST / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\nhello`,
  'a length in hexadecimal': `POST / HTTP/1.1\r\n${host}Content-Length: 0x5\r\n\r\nhello`,
  'a length of 20 nines': `POST / HTTP/1.1\r\n${host}Content-Length: ${'9'.repeat(20)}\r\n\r\n`,
  'an empty length': `POST / HTTP/1.1\r\n${host}Content-Length: \r\n\r\n`,
  'an unknown transfer encoding': `POST / HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'chunked before another encoding': `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  'chunked twice': `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
  'space before the colon': `POST / HTTP/1.1\r\n${host}Content-Length : 5\r\n\r\nhello`,
  'a folded header': `POST / HTTP/1.1\r\n${host}X: a\r\n Content-Length: 5\r\n\r\nhello`,
  'a folded transfer encoding': `POST / HTTP/1.1\r\n${host}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`,
  'lines that end in a bare line feed': `POST / HTTP/1.1\nHost: localhost\nContent-Length: 5\n\nhello`,
  'one header that ends in a bare line feed': `POST / HTTP/1.1\r\n${host}X: a\nContent-Length: 5\r\n\r\nhello`,
  'a bare carriage return in a header': `POST / HTTP/1.1\r\n${host}X: a\rContent-Length: 5\r\n\r\nhello`,
  'a NUL in a header': `POST / HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`,
  'a header name with a space': `POST / HTTP/1.1\r\n${host}X Y: a\r\n\r\n`,
  'a header without a colon': `POST / HTTP/1.1\r\n${host}nonsense\r\n\r\n`,
  'a chunk size that is no number': `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  'a chunk size that overflows': `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${'f'.repeat(17)}\r\n`,
  'a chunk longer than its size': `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n`,
  'a chunk size ended by a bare line feed': `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n`,
  'another protocol version': `POST / HTTP/1.2\r\n${host}\r\n`,
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'HTTP/0.9': 'GET /\r\n\r\n',
  'a method that does not exist': `SMUGGLE / HTTP/1.1\r\n${host}\r\n`,
  'a TLS hello': '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
};
for (const [title, bytes] of Object.entries(smuggling)) {
  test(`${title} is answered 400 and ends the connection`, async (t) => {
    const { raw, seen } = await echoServer(t);
    const reply = await raw(`${bytes}GET /smuggled HTTP/1.1\r\n${host}\r\n`);
    assert.match(reply, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.equal(reply.match(/^HTTP\/1\.1 \d/gm)?.length, 1, reply);
    assert.match(reply, /connection: close/i);
    assert.deepEqual(errorOf(reply).type, 'invalid_request_error');
    assert.ok(!seen.includes('/smuggled'));
    assert.ok(!reply.includes('    at '), 'no stack trace');
  });
}

const refusedHeads: Readonly<Record<string, string>> = {
  'two Host headers': `GET / HTTP/1.1\r\n${host}Host: localhost\r\n`,
  'no Host header': 'GET / HTTP/1.1\r\n',
  'a malformed Host': 'GET / HTTP/1.1\r\nHost: a@b\r\n',
  'an absolute target': `GET http://localhost/ HTTP/1.1\r\n${host}`,
  'an absolute target of another host': `GET http://evil.example/ HTTP/1.1\r\n${host}`,
  'two Authorization headers': `GET / HTTP/1.1\r\n${host}Authorization: Bearer a\r\nauthorization: Bearer b\r\n`,
  'the same Authorization twice': `GET / HTTP/1.1\r\n${host}Authorization: Bearer a\r\nAuthorization: Bearer a\r\n`,
  'chunks over HTTP/1.0': `POST / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n`,
  'a target that is a star': `OPTIONS * HTTP/1.1\r\n${host}`,
};
for (const [title, head] of Object.entries(refusedHeads)) {
  test(`${title} is answered 400`, async (t) => {
    const { raw, seen } = await echoServer(t);
    const reply = await raw(`${head}Connection: close\r\n\r\n`);
    assert.match(reply, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.deepEqual(seen, []);
  });
}

test('a foreign Host or Origin is answered 403', async (t) => {
  const { raw, seen } = await echoServer(t);
  for (const head of ['Host: evil.example\r\n', `${host}Origin: https://evil.example\r\n`]) {
    const reply = await raw(`GET / HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    assert.match(reply, /^HTTP\/1\.1 403 Forbidden\r\n/);
    assert.equal(errorOf(reply).code, 'permission');
  }
  assert.deepEqual(seen, []);
});

test('the address that the server listens on is an allowed Host', async (t) => {
  const { raw } = await echoServer(t, { host: '127.0.0.1', allowedHosts: ['gateway.example'] });
  for (const name of ['127.0.0.1', 'gateway.example']) {
    assert.match(
      await raw(`GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`),
      /^HTTP\/1\.1 200/,
    );
  }
});

test('headers above 16 KiB are answered 431', async (t) => {
  const { raw } = await echoServer(t);
  const reply = await raw(`GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(100_000)}\r\n\r\n`);
  assert.match(reply, /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  assert.match(errorOf(reply).message, /16 KiB/);
});

test('a client that sends its headers too slowly is answered 408', async (t) => {
  const { socket, text } = await openTo(await echoServer(t, { headersTimeoutMs: 200 }));
  socket.write('GET / HTTP/1.1\r\nHost: loc');
  await once(socket, 'close');
  assert.match(text(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
});

test('a client that sends its body too slowly is answered 408', async (t) => {
  const { socket, text } = await openTo(
    await echoServer(t, { headersTimeoutMs: 200, requestTimeoutMs: 300 }),
  );
  socket.write(`POST / HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhe`);
  await once(socket, 'close');
  assert.match(text(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
});

test('bytes that are not HTTP never land in the middle of a streamed answer', async (t) => {
  const server = await start(t, (_request, response) => void response.write('first'));
  const { socket, text } = await openTo(server);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await until(() => text().includes('first'), 'the first bytes');
  socket.write('nonsense\r\n\r\n');
  await once(socket, 'close');
  assert.equal(text().match(/HTTP\/1\.1/g)?.length, 1);
  assert.match(text(), /first\r\n$/);
});

test('a body announced as 100 MB is answered 413 at once, and the connection stays usable', async (t) => {
  const { socket, text } = await openTo(await echoServer(t));
  const size = 100 * 1024 * 1024;
  socket.write(`POST / HTTP/1.1\r\n${host}Content-Length: ${size}\r\n\r\n`);
  await until(() => text().endsWith('}'), 'the refusal');
  assert.match(text(), /^HTTP\/1\.1 413 /);
  assert.match(errorOf(text()).message, /at most 65536 bytes here, this one has 104857600 bytes/);
  const piece = Buffer.alloc(1024 * 1024);
  for (let sent = 0; sent < size; sent += piece.length) {
    if (!socket.write(piece)) await once(socket, 'drain');
  }
  socket.write(`POST / HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nagain`);
  await until(() => text().endsWith('\r\n\r\nagain'), 'the second answer');
  socket.destroy();
});

test('a client that sends expect: 100-continue is not asked for a body that is too large', async (t) => {
  const server = await echoServer(t, { maxBodyBytes: maxBytes });
  const large = await server.raw(
    `POST / HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n`,
  );
  assert.match(large, /^HTTP\/1\.1 413 [^]*connection: close/i);
  const { socket, text } = await openTo(server);
  socket.write(`POST / HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`);
  await until(() => text().startsWith('HTTP/1.1 100 Continue\r\n\r\n'), 'the go-ahead');
  socket.write('hello');
  await until(() => text().endsWith('hello'), 'the echo');
  socket.destroy();
});

test('a body without announced length is cut off when it exceeds the limit', async (t) => {
  const { raw } = await echoServer(t);
  const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
  const reply = await raw(
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}0\r\n\r\n` +
      `GET /next HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
  );
  assert.deepEqual(
    [...reply.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    ['413', '200'],
  );
});

const packers = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};
for (const [encoding, pack] of Object.entries(packers)) {
  test(`a body sent as ${encoding} is unpacked; a bomb is answered 413, a corrupt one 400`, async (t) => {
    const { port } = await echoServer(t);
    const answer = async (body: Buffer) => {
      const { request, reply } = send(port, { method: 'POST', headers: { 'content-encoding': encoding } });
      request.end(body);
      return reply;
    };
    const packed = pack(Buffer.from('hello '.repeat(500)));
    assert.deepEqual(await answer(packed), { status: 200, body: 'hello '.repeat(500) });
    const bomb = pack(Buffer.alloc(50 * 1024 * 1024));
    assert.ok(bomb.length < maxBytes);
    assert.equal((await answer(bomb)).status, 413);
    assert.equal((await answer(packed.subarray(0, -12))).status, 400);
    assert.equal((await answer(Buffer.from('{"not":"packed"}'))).status, 400);
    assert.deepEqual(await answer(Buffer.alloc(0)), { status: 200, body: '' });
  });
}

test('an unknown or double encoding is answered 415, with the supported ones', async (t) => {
  const { port } = await echoServer(t);
  for (const encoding of ['compress', 'gzip, gzip', 'constructor', '__proto__']) {
    const { request, reply } = send(port, { method: 'POST', headers: { 'content-encoding': encoding } });
    request.end('x');
    const { status, body } = await reply;
    assert.equal(status, 415);
    assert.match(errorOf(body).message, /gzip, x-gzip, deflate, br, zstd/);
  }
});

test('identity is accepted as no encoding', async (t) => {
  const { port } = await echoServer(t);
  const { request, reply } = send(port, { method: 'POST', headers: { 'content-encoding': 'Identity' } });
  request.end('plain');
  assert.deepEqual(await reply, { status: 200, body: 'plain' });
});

test('a client that leaves while it is answered aborts the signal', async (t) => {
  const aborted = Promise.withResolvers<unknown>();
  const server = await start(t, (_request, response, signal) => {
    signal.addEventListener('abort', () => aborted.resolve(signal.reason));
    response.write('first');
  });
  const { socket, text } = await openTo(server);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await until(() => text().includes('first'), 'the first bytes');
  socket.destroy();
  const reason = await aborted.promise;
  assert.ok(reason instanceof ConclaveError);
  assert.equal(reason.code, 'cancelled');
});

test('the signal is aborted in the tick in which the connection closes', async (t) => {
  const order = Promise.withResolvers<string[]>();
  const server = await start(t, (request, response, signal) => {
    const seen: string[] = [];
    signal.addEventListener('abort', () => seen.push('signal'));
    request.socket.once('close', () => process.nextTick(() => order.resolve([...seen, 'tick over'])));
    response.write('first');
  });
  const { socket, text } = await openTo(server);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await until(() => text().includes('first'), 'the first bytes');
  socket.resetAndDestroy();
  assert.deepEqual(await order.promise, ['signal', 'tick over']);
});

test('a client that leaves while it sends its body aborts the read', async (t) => {
  const failed = Promise.withResolvers<unknown>();
  const server = await start(t, async (request) => {
    await readBody(request, { maxBytes }).catch(failed.resolve);
  });
  const { socket } = await openTo(server);
  socket.write(`POST / HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhe`);
  setTimeout(() => socket.destroy(), 20);
  const error = await failed.promise;
  assert.ok(error instanceof ConclaveError);
  assert.equal(error.code, 'cancelled');
});

test('a finished exchange does not abort its signal', async (t) => {
  let signals: AbortSignal[] = [];
  const server = await start(t, (_request, response, signal) => {
    signals = [...signals, signal];
    response.end('ok');
  });
  await rawTo(server)(`GET / HTTP/1.1\r\n${host}\r\nGET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false],
  );
});

test('a slow reader gets every byte and holds at most 256 KiB', async (t) => {
  const total = 32 * 1024 * 1024;
  let maxHeld = 0;
  const sent = Promise.withResolvers<void>();
  const server = await start(t, async (_request, response) => {
    const writer = responseWriter(response, { stalledMs: 5_000 });
    for (let written = 0; written < total; written += 100_000) {
      const waiting = writer.write(Buffer.alloc(Math.min(100_000, total - written), 'x'));
      maxHeld = Math.max(maxHeld, response.writableLength);
      if (waiting) await waiting;
    }
    await writer.end();
    sent.resolve();
  });
  const { port } = server;
  const { request, reply } = send(port, {}, async (answer) => {
    answer.pause();
    await new Promise((resolve) => setTimeout(resolve, 150));
    answer.resume();
  });
  request.end();
  assert.equal((await reply).body.length, total);
  await sent.promise;
  assert.ok(maxHeld <= 256 * 1024, `${maxHeld} bytes were held`);
});

test('a piece larger than the limit is sent in slices', async (t) => {
  const text = 'é'.repeat(500_000);
  let maxHeld = 0;
  const server = await start(t, async (_request, response) => {
    const writer = responseWriter(response, { stalledMs: 5_000 });
    const waiting = writer.write(text);
    maxHeld = response.writableLength;
    await waiting;
    await writer.end();
  });
  const { request, reply } = send(server.port, {});
  request.end();
  assert.equal((await reply).body, text);
  assert.ok(maxHeld <= 256 * 1024);
});

test('a reader that takes nothing for too long is cut off', async (t) => {
  const failed = Promise.withResolvers<unknown>();
  const server = await start(t, async (_request, response, signal) => {
    const writer = responseWriter(response, { stalledMs: 100 });
    try {
      for (;;) await writer.write(Buffer.alloc(60_000));
    } catch (error) {
      failed.resolve(error);
    }
    assert.ok(signal.aborted);
  });
  const { socket } = await openTo(server);
  socket.pause();
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  const error = await failed.promise;
  assert.ok(error instanceof ConclaveError);
  assert.equal(error.code, 'cancelled');
  assert.match(error.message, /nothing for 100 ms/);
});

test('writing to a client that has left throws cancelled', async (t) => {
  const failures = Promise.withResolvers<unknown[]>();
  const server = await start(t, async (_request, response, signal) => {
    const writer = responseWriter(response, { stalledMs: 5_000 });
    await writer.write('first');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    failures.resolve(
      await Promise.all([
        writer.write('second')?.catch((error: unknown) => error),
        writer.end().catch((error: unknown) => error),
      ]),
    );
  });
  const { socket, text } = await openTo(server);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await until(() => text().includes('first'), 'the first bytes');
  socket.destroy();
  for (const error of await failures.promise) {
    assert.ok(error instanceof ConclaveError);
    assert.equal(error.code, 'cancelled');
  }
});

test('a handler that throws is answered with the error, without a stack', async (t) => {
  const server = await start(t, () => {
    throw new TypeError('secret detail');
  });
  const reply = await rawTo(server)(`GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  assert.match(reply, /^HTTP\/1\.1 500 /);
  assert.equal(errorOf(reply).code, 'internal');
  assert.ok(!reply.includes('secret detail'));
});

test("errors are written by the surface's describeError, with the request's url", async (t) => {
  const server = await start(t, () => Promise.reject(new ConclaveError('rate_limited', 'slow down')), {
    describeError: (error, url) => ({
      status: error.status,
      headers: { 'retry-after': '7' },
      body: `${url}: ${error.message}`,
    }),
  });
  const reply = await rawTo(server)(`GET /v1/x HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  assert.match(reply, /^HTTP\/1\.1 429 [^]*retry-after: 7[^]*\r\n\r\n\/v1\/x: slow down$/);
});

test('closing lets a stream finish, and frees idle connections at once', async (t) => {
  let finish = () => {};
  const server = await start(t, (request, response) => {
    if (request.url === '/idle') return void response.end('ok');
    response.write('first ');
    finish = () => response.end('last');
  });
  const idle = await openTo(server);
  idle.socket.write(`GET /idle HTTP/1.1\r\n${host}\r\n`);
  await until(() => idle.text().endsWith('ok'), 'the answer');
  const stream = await openTo(server);
  stream.socket.write(`GET /stream HTTP/1.1\r\n${host}\r\n`);
  await until(() => stream.text().includes('first'), 'the first bytes');
  const closed = server.close();
  await once(idle.socket, 'close');
  await assert.rejects(openTo(server), /ECONNREFUSED/);
  finish();
  await once(stream.socket, 'close');
  await closed;
  assert.match(stream.text(), /last\r\n0\r\n\r\n$/);
});

test('a request on a connection that stayed open is answered 503 while closing', async (t) => {
  let finish = () => {};
  let refused = 0;
  const onRequest: Handler = (_request, response) => {
    response.write('first');
    finish = () => response.end();
  };
  const server = await start(t, onRequest, {
    describeError: ({ status, code }) => {
      refused += 1;
      return { status, headers: {}, body: code };
    },
  });
  const { socket, text } = await openTo(server);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await until(() => text().includes('first'), 'the first bytes');
  const closed = server.close();
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  // Its reply is queued after the open one, so it is invisible from outside until that has ended.
  await until(() => refused === 1, 'the second request to be refused');
  finish();
  await Promise.all([closed, once(socket, 'close')]);
  assert.match(text(), /HTTP\/1\.1 503 Service Unavailable[^]*connection: close[^]*shutting_down/i);
});

test('an exchange that outlasts the drain gets its signal aborted and can still finish its reply', async (t) => {
  const server = await start(
    t,
    (_request, response, signal) => {
      response.write('first ');
      signal.addEventListener('abort', () => response.end(`ended: ${String(signal.reason.code)}`));
    },
    { drainMs: 100 },
  );
  const { socket, text } = await openTo(server);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await until(() => text().includes('first'), 'the first bytes');
  await server.close();
  assert.match(text(), /ended: shutting_down/);
});

test('an exchange that ignores its signal is cut off after the drain', async (t) => {
  const server = await start(t, (_request, response) => void response.write('first'), { drainMs: 50 });
  const { socket, text } = await openTo(server);
  socket.write(`GET / HTTP/1.1\r\n${host}\r\n`);
  await until(() => text().includes('first'), 'the first bytes');
  const began = performance.now();
  await Promise.all([server.close(), once(socket, 'close')]);
  // Timers may fire a millisecond early.
  assert.ok(performance.now() - began >= 49);
  assert.match(text(), /first\r\n$/, 'its last chunk never came');
});

test('a taken port is a configuration error that says what to do', async (t) => {
  const holder = createTcpServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo; // a TCP server's address is an object
  await assert.rejects(
    start(t, () => {}, { port }),
    (error) => {
      assert.ok(error instanceof ConclaveError);
      assert.equal(error.code, 'configuration');
      assert.match(error.message, new RegExp(`port ${port} is taken; .*--port`));
      return true;
    },
  );
});

test('an address of another machine is a configuration error', async (t) => {
  await assert.rejects(
    start(t, () => {}, { host: '192.0.2.1' }),
    /not an address of this machine/,
  );
});

test('500 connections that send nonsense leave the process unharmed', async (t) => {
  const { raw, port } = await echoServer(t);
  const nonsense = Array.from({ length: 500 }, async (_, index) => {
    const socket = connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume();
    socket.end(Buffer.from(Array.from({ length: 60 }, (__, at) => (index * 31 + at * 17) % 256)));
    await once(socket, 'close');
  });
  await Promise.all(nonsense);
  assert.match(await raw(`GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`), /^HTTP\/1\.1 200/);
});

type Handler = HttpServerOptions['onRequest'];

async function start(t: TestContext, onRequest: Handler, options: Partial<HttpServerOptions> = {}) {
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    drainMs: 0,
    ...options,
    onRequest,
  });
  t.after(() => server.close());
  return server;
}

/** Starts a server that replies with the request's body. */
async function echoServer(t: TestContext, options: Partial<HttpServerOptions> = {}) {
  const seen: (string | undefined)[] = [];
  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    seen.push(request.url);
    response.end(await readBody(request, { maxBytes }));
  };
  const server = await start(t, onRequest, options);
  return { ...server, seen, raw: rawTo(server) };
}

/** Sends bytes as they are and returns all that comes back until the server closes. */
function rawTo(server: HttpServer) {
  return async (bytes: string): Promise<string> => {
    const { socket, text } = await openTo(server);
    socket.write(bytes, 'latin1');
    await once(socket, 'close');
    return text();
  };
}

async function openTo({ port }: HttpServer): Promise<{ socket: Socket; text: () => string }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  socket.on('error', () => {});
  return { socket, text: () => received };
}

function send(
  port: number,
  options: Parameters<typeof httpRequest>[1] & object,
  onReply: (reply: IncomingMessage) => void = () => {},
) {
  const request = httpRequest({ host: '127.0.0.1', port, path: '/', ...options });
  const reply = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', async (answer: IncomingMessage) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      onReply(answer);
      await once(answer, 'end');
      resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString() });
    });
  });
  return { request, reply };
}

function errorOf(reply: string): { type: string; message: string; code: string } {
  // The default shape of errors; tests check its members.
  return (JSON.parse(reply.slice(reply.indexOf('{'))) as { error: ReturnType<typeof errorOf> }).error;
}

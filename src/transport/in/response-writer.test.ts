import assert from 'node:assert/strict';
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { responseWriter } from './response-writer.ts';

test('pieces of any type and size arrive unchanged, and the connection serves the next request', async (t) => {
  const long = 'Zürich '.repeat(40_000);
  const pieces = [
    'first é',
    '',
    new Uint8Array(0),
    Buffer.from('second'),
    long,
    Buffer.from(long),
    'last\r\n',
  ];
  const server = createServer(async (_request, response) => {
    const writer = responseWriter(response, { stalledMs: 5_000 });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const piece of pieces) await writer.write(piece);
    await writer.end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => {
    agent.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const wanted = Buffer.concat(pieces.map((piece) => Buffer.from(piece))).toString();
  const ports = new Set<number | undefined>();
  for (let turn = 0; turn < 3; turn += 1) {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ agent, port, host: '127.0.0.1' }, resolve).on('error', reject).end();
    });
    ports.add(response.socket.localPort);
    const received: Buffer[] = [];
    for await (const chunk of response) received.push(chunk);
    assert.equal(response.headers['transfer-encoding'], 'chunked');
    assert.equal(Buffer.concat(received).toString(), wanted);
  }
  assert.equal(ports.size, 1);
});

test('an HTTP/1.0 client gets the pieces without chunk framing', async (t) => {
  const server = createServer(async (_request, response) => {
    const writer = responseWriter(response, { stalledMs: 5_000 });
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.flushHeaders();
    await writer.write('one ');
    await writer.write('two');
    await writer.end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const { connect } = await import('node:net');
  const socket = connect(port, '127.0.0.1');
  socket.end('GET / HTTP/1.0\r\n\r\n');
  let received = '';
  for await (const chunk of socket) received += String(chunk);
  assert.equal(received.slice(received.indexOf('\r\n\r\n') + 4), 'one two');
});

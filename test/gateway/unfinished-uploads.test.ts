import assert from 'node:assert/strict';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { createKey } from '../support/create-key.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';

const limit = 1024 * 1024;

async function limitedGateway(t: TestContext): Promise<TestGateway> {
  // What a test leaves unfinished is not waited for at its end.
  return await startTestGateway(t, { config: { server: { maxUploadBytesPerKey: limit, drainMs: 1 } } });
}

test('unfinished uploads of one key hold a limited part of the memory, and other keys are not affected', async (t) => {
  const gateway = await limitedGateway(t);
  const { key: other } = await createKey(gateway, { name: 'other' });
  const waiting = [1, 2, 3].map(() => upload(t, gateway, { bytes: 0.3 * limit }));
  // A small request is refused only once those bytes have arrived.
  await until(async () => (await ask(gateway, gateway.key, 200_000)).status === 429, 'a refusal', {
    everyMs: 50,
  });
  const refused = [
    ['/v1/chat/completions', /^\{"error":\{"message":"This key is already sending \d+ bytes[^]*"type":/],
    ['/v1/messages', /^\{"type":"error","error":\{"type":"rate_limit_error"/],
    ['/mcp', /^\{"jsonrpc":"2\.0"/],
  ] as const;
  for (const [path, shape] of refused) {
    const { response } = upload(t, gateway, { bytes: 200_000, path });
    const reply = await response;
    assert.equal(reply.statusCode, 429, path);
    assert.equal(reply.headers['retry-after'], '1', path);
    const body = await text(reply);
    assert.match(body, shape, path);
    assert.match(body, /server\.maxUploadBytesPerKey/, path);
  }
  assert.equal((await ask(gateway, other, 200_000)).status, 200);

  for (const { asked } of waiting) asked.destroy();
  await until(async () => (await ask(gateway, gateway.key, 200_000)).status === 200, 'room again', {
    everyMs: 50,
  });
});

test('a body that is refused while it arrives is not kept', async (t) => {
  const gateway = await limitedGateway(t);
  upload(t, gateway, { bytes: 0.5 * limit });
  const { asked, response } = upload(t, gateway, { bytes: 0.75 * limit, announced: 8 * limit });
  assert.equal((await response).statusCode, 429);
  asked.destroy();
  assert.equal((await ask(gateway, gateway.key, 0.4 * limit)).status, 200);
});

test('one body at a time may be larger than the limit for all bodies of a key', async (t) => {
  const gateway = await limitedGateway(t);
  for (let turn = 0; turn < 3; turn += 1)
    assert.equal((await ask(gateway, gateway.key, 2 * limit)).status, 200);
});

test('a body in chunks of one byte takes little more memory than its bytes', async (t) => {
  const gateway = await limitedGateway(t);
  const bytes = 1_000_000;
  const before = process.memoryUsage().rss;
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  t.after(() => socket.destroy());
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${gateway.key}\r\n` +
      'content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  socket.write('1\r\n \r\n'.repeat(bytes));
  await until(async () => (await ask(gateway, gateway.key, 100_000)).status === 429, 'the body to arrive', {
    everyMs: 200,
  });
  const takenMiB = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(takenMiB < 300, `${takenMiB} MiB for ${bytes} bytes`);
});

type Upload = { readonly bytes: number; readonly announced?: number; readonly path?: string };

/** Announces a body, sends the beginning of it and nothing more. */
function upload(
  t: TestContext,
  { url, key }: TestGateway,
  { bytes, announced = bytes + 100, path = '/v1/chat/completions' }: Upload,
): { readonly asked: ClientRequest; readonly response: Promise<IncomingMessage> } {
  const asked = request(`${url}${path}`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'content-length': Math.ceil(announced),
    },
  });
  t.after(() => asked.destroy());
  const response = new Promise<IncomingMessage>((resolve) => asked.on('response', resolve));
  asked.on('error', () => undefined);
  asked.write(Buffer.alloc(Math.ceil(bytes), ' '));
  return { asked, response };
}

/** Sends a whole request with a body of about this size. */
async function ask({ url }: TestGateway, key: string, bytes: number): Promise<Response> {
  const messages = [{ role: 'user', content: 'Hello' }];
  const body = JSON.stringify({ model: 'openai/gpt-5-mini', max_tokens: 20, messages });
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    // White space between the members: it counts as bytes only.
    body: `${body.slice(0, -1)}${' '.repeat(bytes)}}`,
  });
  await response.arrayBuffer();
  return response;
}

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { OutgoingRequest, Transport } from '../../core/wire/transport.ts';
import { createTransport } from '../out/http-out.ts';
import { recordTransport } from './record-transport.ts';
import { replayTransport } from './replay-transport.ts';

test('recordings are replayed byte for byte and in order, without a server, and contain no key', async (t) => {
  const { url, folder } = await provider(t);
  const recorder = await recordTransport(createTransport(), folder);
  const first = await exchange(recorder, `${url}/v1/chat?key=sk-in-the-query`, { model: 'm', n: 1 });
  const second = await exchange(recorder, `${url}/v1/chat?key=sk-in-the-query`, { model: 'm', n: 1 });
  await recorder.close();
  assert.notEqual(first.text, second.text);

  const replayer = await replayTransport(folder);
  const again = [];
  // The order of members does not matter.
  for (let i = 0; i < 3; i += 1) again.push(await exchange(replayer, `${url}/v1/chat`, { n: 1, model: 'm' }));
  assert.deepEqual(
    again.map(({ text }) => text),
    [first.text, second.text, second.text],
  );
  assert.equal(again[0]?.status, 200);

  for (const name of await readdir(folder)) {
    const { mode } = await stat(join(folder, name));
    if (process.platform !== 'win32') assert.equal(mode & 0o077, 0, 'only its owner reads a recording');
    const text = await readFile(join(folder, name), 'utf8');
    assert.doesNotMatch(text, /sk-in-the-query|sk-in-the-header|org-account/);
  }
});

test('a truncated reply is not recorded', async (t) => {
  const { url, folder } = await provider(t);
  const recorder = await recordTransport(createTransport(), folder);
  await assert.rejects(exchange(recorder, `${url}/cut`, { model: 'm' }));
  await recorder.close();
  assert.deepEqual(await readdir(folder), []);
  await assert.rejects(replayTransport(folder), /holds no recordings/);
});

test('a request without a recording fails with instructions to record it, and no fallback is tried', async (t) => {
  const { url, folder } = await provider(t);
  const recorder = await recordTransport(createTransport(), folder);
  await exchange(recorder, `${url}/v1/chat`, { model: 'm' });
  await recorder.close();
  const replayer = await replayTransport(folder);
  await assert.rejects(exchange(replayer, `${url}/v1/chat`, { model: 'other' }), {
    code: 'not_found',
    message: /conclave record/,
  });
});

async function provider(t: TestContext) {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'openai-organization': 'org-account' });
    response.write(`data: ${count}\n\n`);
    if (request.url === '/cut') setTimeout(() => response.destroy(), 20);
    else response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const folder = await mkdtemp(join(tmpdir(), 'conclave-record-'));
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, folder };
}

async function exchange(transport: Transport, url: string, body: object) {
  const request: OutgoingRequest = {
    method: 'POST',
    url,
    headers: { authorization: 'Bearer sk-in-the-header', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: new AbortController().signal,
    timeouts: { connectMs: 1_000, firstByteMs: 1_000, idleMs: 1_000 },
  };
  const reply = await transport.send(request);
  let text = '';
  for await (const piece of reply.body) text += Buffer.from(piece).toString();
  return { status: reply.status, text };
}

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { openTestGateway, post, type TestGateway } from './gateway.ts';

const routes = [
  { path: '/v1/chat/completions', isError: (body: ErrorBody) => openAiShaped(body) },
  {
    path: '/v1/messages',
    isError: (body: ErrorBody) => body.type === 'error' && typeof body.error.type === 'string',
  },
];

type ErrorBody = { readonly type?: string; readonly error: Record<string, unknown> };

for (const { path, isError } of routes) {
  describe(`what cannot be served at ${path}`, () => {
    let gateway: TestGateway;
    before(async () => {
      gateway = await openTestGateway();
    });
    after(() => gateway.close());

    const good = { model: 'haiku', max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] };
    const cases: Record<string, { body: string; status: number; names?: RegExp }> = {
      'malformed JSON': { body: '{"model": "haiku", ', status: 400 },
      'no JSON at all': { body: 'hello', status: 400 },
      'an empty body': { body: '', status: 400 },
      'a list': { body: '[]', status: 400 },
      'messages of the wrong type': {
        body: JSON.stringify({ ...good, messages: 'Hello' }),
        status: 400,
        names: /messages/,
      },
      'no messages at all': {
        body: JSON.stringify({ ...good, model: 'gpt', messages: [] }),
        status: 400,
        names: /messages(?!.*not an array)/,
      },
      'a message of the wrong type': {
        body: JSON.stringify({ ...good, messages: [1] }),
        status: 400,
        names: /messages\.0/,
      },
      'a role that does not exist': {
        body: JSON.stringify({ ...good, messages: [{ role: 'wizard', content: 'x' }] }),
        status: 400,
        names: /messages\.0\.role/,
      },
      'a temperature that is text': {
        body: JSON.stringify({ ...good, temperature: 'hot' }),
        status: 400,
        names: /temperature/,
      },
      'stream that is no boolean': {
        body: JSON.stringify({ ...good, stream: 'yes' }),
        status: 400,
        names: /stream/,
      },
      'a lone surrogate': {
        body: `{"model":"haiku","max_tokens":10,"messages":[{"role":"user","content":"\\ud800"}]}`,
        status: 400,
      },
      'ten thousand levels of nesting': {
        body: `{"model":"haiku","max_tokens":10,"messages":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
        status: 400,
      },
      'two models': {
        body: '{"model":"haiku","model":"opus","max_tokens":10,"messages":[{"role":"user","content":"x"}]}',
        status: 400,
      },
      'a model of a megabyte': {
        body: JSON.stringify({ ...good, model: 'x'.repeat(1_000_000) }),
        status: 404,
      },
      'a model by the name of what every object has': {
        body: JSON.stringify({ ...good, model: '__proto__' }),
        status: 404,
      },
      'a model that nobody has': {
        body: JSON.stringify({ ...good, model: 'sonet' }),
        status: 404,
        names: /sonnet/,
      },
    };
    for (const [title, { body, status, names }] of Object.entries(cases)) {
      test(`${title} is a ${status} that says so`, async () => {
        const reply = await post(gateway, path, body);
        const text = await reply.text();
        assert.equal(reply.status, status, text.slice(0, 500));
        const parsed = JSON.parse(text) as ErrorBody;
        assert.ok(isError(parsed), text.slice(0, 500));
        assert.ok(text.length < 5_000, 'an error does not send the request back');
        if (names) assert.match(text, names);
      });
    }

    test('a model path that is no percent-encoding is a 400', async () => {
      const headers = { authorization: `Bearer ${gateway.key}` };
      const reply = await fetch(`${gateway.url}/v1/models/%E0%A4%A`, { headers });
      assert.equal(reply.status, 400);
      assert.match(await reply.text(), /percent-encoded/);
    });

    test('another method on a model path is a 405 that names the right one', async () => {
      const headers = { authorization: `Bearer ${gateway.key}` };
      for (const method of ['POST', 'OPTIONS']) {
        const reply = await fetch(`${gateway.url}/v1/models/openai/gpt-5`, { method, headers });
        assert.equal(reply.status, 405);
        assert.equal(reply.headers.get('allow'), 'GET');
      }
    });

    test('another method is a 405 that names the right one', async () => {
      const headers = { authorization: `Bearer ${gateway.key}` };
      const reply = await fetch(gateway.url + path, { method: 'DELETE', headers });
      assert.equal(reply.status, 405);
      assert.equal(reply.headers.get('allow'), 'POST');
      assert.ok(isError((await reply.json()) as ErrorBody));
    });

    test('a body of 100 MB is refused without being read', async () => {
      const reply = await rawRequest(gateway, [
        `POST ${path} HTTP/1.1`,
        'Host: 127.0.0.1',
        `Authorization: Bearer ${gateway.key}`,
        'Content-Type: application/json',
        'Content-Length: 104857600',
      ]);
      assert.match(reply, /^HTTP\/1\.1 413 /);
    });

    for (const [encoding, pack] of Object.entries({ gzip: gzipSync, br: brotliCompressSync })) {
      test(`a ${encoding} bomb is refused at its limit`, async () => {
        const bomb = pack(Buffer.alloc(200 * 1024 * 1024, 0x20));
        const reply = await fetch(gateway.url + path, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${gateway.key}`,
            'content-type': 'application/json',
            'content-encoding': encoding,
          },
          body: bomb,
        });
        assert.equal(reply.status, 413);
        assert.ok(isError((await reply.json()) as ErrorBody));
      });
    }

    test('two Host headers are refused', async () => {
      const reply = await rawRequest(gateway, [
        `POST ${path} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Host: evil.example',
        'Content-Length: 0',
      ]);
      assert.match(reply, /^HTTP\/1\.1 400 /);
    });

    test('a key comes before the body: without one nothing is read', async () => {
      const reply = await post({ ...gateway, key: '' }, path, '{');
      assert.equal(reply.status, 401);
      assert.ok(isError((await reply.json()) as ErrorBody));
    });

    test('after all of that it still answers, and no key stands in any error', async () => {
      const reply = await post(gateway, path, { ...good, model: 'anthropic/claude-haiku-4-5' });
      assert.equal(reply.status, 200);
      const rows = await gateway.app.ledger.recent({ limit: 100 });
      const text = JSON.stringify(rows, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      assert.ok(
        !text.includes(gateway.key) && !text.includes('key-anthropic'),
        createHash('sha1').update(text).digest('hex'),
      );
    });
  });
}

function openAiShaped({ error }: ErrorBody): boolean {
  return ['message', 'type', 'param', 'code'].every((member) => member in error);
}

function rawRequest({ url }: TestGateway, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
      socket.write(`${lines.join('\r\n')}\r\n\r\n`),
    );
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

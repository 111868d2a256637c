import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { openTestGateway, post, type TestGateway } from '../support/gateway.ts';

const routes = [
  { path: '/v1/chat/completions', conversation: 'messages', isError: openAiShaped },
  { path: '/v1/responses', conversation: 'input', isError: openAiShaped },
  { path: '/v1/messages', conversation: 'messages', isError: anthropicShaped },
];

/** One violation each. */
const notJson = [
  "{'model':'haiku'}",
  '{model:"haiku"}',
  '{"model":"haiku",}',
  '{"model":"haiku" "stream":true}',
  '{"max_tokens":01}',
  '{"max_tokens":+1}',
  '{"max_tokens":1.}',
  '{"max_tokens":0x10}',
  '{"temperature":NaN}',
  '{"stream":True}',
  '{"model":"a\tb"}',
  '{"model":"\\x41"}',
  '{"model":"\\u00g0"}',
  '{"model":"haiku"}{}',
  '{"model":"haiku"}\u0000',
  '{"model":"haiku"/* no */}',
  '\ufeff{"model":"haiku"}',
  'nul',
];

const host = 'Host: 127.0.0.1\r\n';
/** Request framings that two servers might split in different places. */
const smuggled: Readonly<Record<string, string>> = {
  'length and chunks together': `${host}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX`,
  'two different lengths': `${host}Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello`,
  'a list of lengths': `${host}Content-Length: 5, 5\r\n\r\nhello`,
  'a signed length': `${host}Content-Length: +5\r\n\r\nhello`,
  'a length in hexadecimal': `${host}Content-Length: 0x5\r\n\r\nhello`,
  'an unknown transfer encoding': `${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'chunked before another encoding': `${host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  'a packed body in chunks': `${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  'two Authorization headers': `${host}Authorization: Bearer a\r\nAuthorization: Bearer b\r\nContent-Length: 0\r\n\r\n`,
  'space before the colon': `${host}Content-Length : 5\r\n\r\nhello`,
  'a folded header': `${host}X: a\r\n Content-Length: 5\r\n\r\nhello`,
  'a bare line feed': `${host}X: a\nContent-Length: 5\r\n\r\nhello`,
  'a NUL in a header': `${host}X: a\0b\r\n\r\n`,
  'a chunk size that is no number': `${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  'two Host headers': `${host}Host: evil.example\r\nContent-Length: 0\r\n\r\n`,
  'no Host header': 'Content-Length: 0\r\n\r\n',
};

const bombs = makeBombs();

type ErrorBody = { readonly type?: string; readonly error: Record<string, unknown> };

for (const { path, conversation, isError } of routes) {
  describe(`what cannot be served at ${path}`, () => {
    let gateway: TestGateway;
    before(async () => {
      gateway = await openTestGateway();
    });
    after(() => gateway.close());

    const good = { model: 'haiku', max_tokens: 10, [conversation]: [{ role: 'user', content: 'Hello' }] };
    const at = (rest: string) => new RegExp(conversation + rest);
    const cases: Record<string, { body: string; status: number; names?: RegExp }> = {
      'malformed JSON': { body: '{"model": "haiku", ', status: 400 },
      'no JSON at all': { body: 'hello', status: 400 },
      'an empty body': { body: '', status: 400 },
      'a list': { body: '[]', status: 400 },
      ...Object.fromEntries(
        notJson.map((body) => [
          `${JSON.stringify(body)}, which is no JSON by RFC 8259,`,
          { body, status: 400 },
        ]),
      ),
      'half a surrogate pair in what is said': {
        body: JSON.stringify({ ...good, [conversation]: [{ role: 'user', content: 'X' }] }).replace(
          'X',
          'a\\udc00',
        ),
        status: 400,
      },
      'messages of the wrong type': {
        body: JSON.stringify({ ...good, [conversation]: 5 }),
        status: 400,
        names: at(''),
      },
      // The provider decides about an empty Responses input: a stored prompt may supply it.
      ...(conversation === 'messages' && {
        'no messages at all': {
          body: JSON.stringify({ ...good, model: 'gpt', [conversation]: [] }),
          status: 400,
          names: at('(?!.*not an array)'),
        },
      }),
      'a message of the wrong type': {
        body: JSON.stringify({ ...good, [conversation]: [1] }),
        status: 400,
        names: at('\\.0'),
      },
      'a role that does not exist': {
        body: JSON.stringify({ ...good, [conversation]: [{ role: 'wizard', content: 'x' }] }),
        status: 400,
        names: at('\\.0\\.role'),
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
        body: JSON.stringify({ ...good, model: 'X' }).replace('X', '\\ud800'),
        status: 400,
      },
      'ten thousand levels of nesting': {
        body: `{"model":"haiku","${conversation}":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
        status: 400,
      },
      'two models': {
        body: JSON.stringify(good).replace('{', '{"model":"opus",'),
        status: 400,
      },
      'a model of a megabyte': {
        body: JSON.stringify({ ...good, model: 'x'.repeat(1_000_000) }),
        status: 404,
      },
      'a provider of a megabyte': {
        body: JSON.stringify({ ...good, model: `${'x'.repeat(1_000_000)}/` }),
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
      test(`${title} is a ${status} with an explanation`, async () => {
        const reply = await post(gateway, path, body);
        const text = await reply.text();
        assert.equal(reply.status, status, text.slice(0, 500));
        const parsed = JSON.parse(text) as ErrorBody;
        assert.ok(isError(parsed), text.slice(0, 500));
        assert.ok(text.length < 5_000, 'an error does not send the request back');
        if (names) assert.match(text, names);
      });
    }

    test('a model path with invalid percent-encoding is a 400', async () => {
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

    test('a base URL with /v1 twice or without it is reported, and other typos get the nearest path', async () => {
      const headers = { authorization: `Bearer ${gateway.key}` };
      const say = async (wrong: string) => {
        const reply = await fetch(gateway.url + wrong, { method: 'POST', headers, body: '{}' });
        assert.equal(reply.status, 404, wrong);
        const { error } = (await reply.json()) as { error: { message: string } };
        return error.message;
      };
      assert.match(await say(`/v1${path}`), new RegExp(`it is at ${path}: leave /v1 out`));
      assert.match(await say(path.replace('/v1', '')), new RegExp(`it is at ${path}: let .* end in /v1`));
      assert.match(await say(path.slice(0, -1)), new RegExp(`did you mean "${path}"\\?`));
      assert.match(await say(`/${'x'.repeat(7_000)}`), /model calls go to/);
    });

    test('a body of 100 MB is refused without being read', async () => {
      const head = [
        `POST ${path} HTTP/1.1`,
        'Host: 127.0.0.1',
        `Authorization: Bearer ${gateway.key}`,
        'Content-Type: application/json',
        'Content-Length: 104857600\r\n\r\n',
      ];
      const reply = await rawBytes(gateway, head.join('\r\n'), '\r\n\r\n');
      assert.match(reply, /^HTTP\/1\.1 413 /);
    });

    for (const [encoding, bomb] of Object.entries(bombs)) {
      test(`a ${encoding} bomb is refused at the size limit`, async () => {
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

    for (const [title, rest] of Object.entries(smuggled)) {
      test(`${title} is a 400, and data after it is not served`, async () => {
        const reply = await rawBytes(
          gateway,
          `POST ${path} HTTP/1.1\r\n${rest}GET /health/live HTTP/1.1\r\n${host}\r\n`,
        );
        assert.match(reply, /^HTTP\/1\.1 400 /);
        assert.equal(reply.match(/^HTTP\/1\.1 \d/gm)?.length, 1, reply);
        assertShaped(reply, isError);
      });
    }

    test('chunks over HTTP/1.0, a later HTTP version and a tunnel are refused with the same error shape', async () => {
      for (const [line, rest, status] of [
        [`POST ${path} HTTP/1.0`, 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
        [`POST ${path} HTTP/2.0`, 'Content-Length: 0\r\n\r\n', 505],
        [`CONNECT evil.example:443 HTTP/1.1`, '\r\n', 405],
      ] as const) {
        const reply = await rawBytes(gateway, `${line}\r\n${host}${rest}`);
        assert.match(reply, new RegExp(`^HTTP/1\\.1 ${status} `));
        assertShaped(reply, status === 405 ? () => true : isError);
      }
    });

    test('headers of a hundred kilobytes are a 431', async () => {
      const reply = await rawBytes(
        gateway,
        `POST ${path} HTTP/1.1\r\n${host}X: ${'a'.repeat(100_000)}\r\n\r\n`,
      );
      assert.match(reply, /^HTTP\/1\.1 431 /);
      assertShaped(reply, isError);
    });

    for (const [type, body] of [
      ['application/x-www-form-urlencoded', 'model=haiku&max_tokens=10'],
      [
        'multipart/form-data; boundary=x',
        '--x\r\ncontent-disposition: form-data; name="model"\r\n\r\nhaiku\r\n--x--',
      ],
      ['application/xml', '<model>haiku</model>'],
      ['application/json; charset=utf-16', Buffer.from('{"model":"haiku"}', 'utf16le').toString('latin1')],
    ] as const) {
      test(`a body of ${type} is a 400 that states the expected type`, async () => {
        const reply = await post(gateway, path, body, { 'content-type': type });
        const text = await reply.text();
        assert.equal(reply.status, 400, text);
        assert.match(text, /JSON/);
        assert.ok(isError(JSON.parse(text) as ErrorBody));
      });
    }

    test('bytes that are not UTF-8 are a 400', async () => {
      const bytes = Buffer.from(JSON.stringify({ ...good, user: 'X' }));
      bytes[bytes.lastIndexOf('X')] = 0xff;
      const headers = { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' };
      const reply = await fetch(gateway.url + path, { method: 'POST', headers, body: bytes });
      assert.equal(reply.status, 400);
      const text = await reply.text();
      assert.match(text, /UTF-8/);
      assert.ok(isError(JSON.parse(text) as ErrorBody));
    });

    test('a compressed, deeply nested body is a 400', async () => {
      const deep = `{"model":"haiku","${conversation}":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
      const reply = await fetch(gateway.url + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${gateway.key}`,
          'content-type': 'application/json',
          'content-encoding': 'gzip',
        },
        body: gzipSync(deep),
      });
      assert.equal(reply.status, 400);
      assert.ok(isError((await reply.json()) as ErrorBody));
    });

    test('the key is checked before the body: without a key the body is not read', async () => {
      const reply = await post({ ...gateway, key: '' }, path, '{');
      assert.equal(reply.status, 401);
      assert.ok(isError((await reply.json()) as ErrorBody));
    });

    test('after all of that the gateway still answers, and no error contains a key', async () => {
      const reply = await post(gateway, path, { ...good, model: 'anthropic/claude-haiku-4-5' });
      assert.equal(reply.status, 200);
      const rows = await gateway.app.ledger.recent({ limit: 100 });
      const text = JSON.stringify(rows, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      assert.ok(text.length < 50_000, 'no row stores a megabyte sent as a model name');
      assert.ok(
        !text.includes(gateway.key) && !text.includes('key-anthropic'),
        createHash('sha1').update(text).digest('hex'),
      );
    });
  });
}

function anthropicShaped({ type, error }: ErrorBody): boolean {
  return type === 'error' && typeof error['type'] === 'string' && typeof error['message'] === 'string';
}

function assertShaped(reply: string, isError: (body: ErrorBody) => boolean): void {
  const body = reply.slice(reply.indexOf('\r\n\r\n') + 4);
  assert.ok(isError(JSON.parse(body) as ErrorBody), reply);
  assert.ok(!body.includes('    at '), 'no stack trace');
}

function openAiShaped({ error }: ErrorBody): boolean {
  return ['message', 'type', 'param', 'code'].every((member) => member in error);
}

/** 200 MB of blanks in each encoding. */
function makeBombs() {
  const blanks = Buffer.alloc(200 * 1024 * 1024, 0x20);
  // At its usual quality Brotli takes seconds.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 1 };
  return { gzip: gzipSync(blanks), br: brotliCompressSync(blanks, { params }) };
}

/** Reads until the server closes the connection, or until what it has sent is enough. */
function rawBytes({ url }: TestGateway, bytes: string, enough?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.on('data', (data) => {
      reply += data.toString();
      if (enough !== undefined && reply.includes(enough)) socket.destroy();
    });
    socket.on('error', (error) => reply === '' && reject(error));
    socket.on('close', () => resolve(reply));
  });
}

import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { ConclaveError } from '../../core/errors.ts';
import { urlFetcher, type UrlFetcherOptions } from './fetch-media.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const forever = new AbortController().signal;
const fetcher = (options: Partial<UrlFetcherOptions> = {}) =>
  urlFetcher({ maxBytes: 1_000, timeoutMs: 60_000, trustedHosts: [], ...options });

async function serve(t: TestContext, listener: RequestListener) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  return { host, url: `http://${host}`, requests: () => requests };
}

test('addresses in private ranges are refused, however a URL spells them', async () => {
  const fetchMedia = fetcher();
  const spellings = (number: number) => {
    const bytes = [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
    const dotted = bytes.join('.');
    const hex = number.toString(16).padStart(8, '0');
    return [
      dotted,
      String(number),
      `0x${hex}`,
      bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
      `[::ffff:${dotted}]`,
      `[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`,
    ];
  };
  const inRange = (base: number, bits: number) => fc.nat(2 ** bits - 1).map((rest) => base + rest);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        inRange(0x7f000000, 24),
        inRange(0x0a000000, 24),
        inRange(0xa9fe0000, 16),
        inRange(0xc0a80000, 16),
      ),
      async (number) => {
        for (const host of spellings(number)) {
          await assert.rejects(fetchMedia(`http://${host}/a.png`, { signal: forever }), {
            code: 'invalid_request',
            message: /is not at a public address, and was not fetched/,
          });
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('a loopback server is not contacted, by name or by address, and its reply is not revealed', async (t) => {
  const inside = await serve(t, (_, response) => response.end('secret'));
  const port = inside.host.split(':')[1];
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:7f00:1]', '2130706433', '0']) {
    await assert.rejects(
      fetcher()(`http://${host}:${port}/metadata?token=abc`, { signal: forever }),
      (error: Error) => {
        assert.match(error.message, /is not at a public address/);
        assert.ok(!error.message.includes('abc') && !error.message.includes('secret'));
        return true;
      },
    );
  }
  assert.equal(inside.requests(), 0);
});

test('a name is resolved once, so that changing its address afterwards has no effect', async (t) => {
  const inside = await serve(t, (_, response) => response.end(png));
  const asked: string[] = [];
  const answers = ['198.51.100.1', '127.0.0.1'];
  const resolve = async (host: string) => {
    asked.push(host);
    return [{ address: answers[asked.length - 1] ?? '127.0.0.1', family: 4 }];
  };
  const url = `http://rebinding.example:${inside.host.split(':')[1]}/a.png`;
  // The first answer is a documentation address, refused as such; the second would be this machine.
  await assert.rejects(fetcher({ resolve })(url, { signal: forever }), /not at a public address/);
  assert.deepEqual([asked.length, inside.requests()], [1, 0]);
  // Connecting does not resolve the name again: the checked address is used.
  answers.splice(0, 2, '127.0.0.1', '198.51.100.1');
  asked.length = 0;
  const trustedHosts = [new URL(url).host];
  assert.equal((await fetcher({ resolve, trustedHosts })(url, { signal: forever })).mediaType, 'image/png');
  assert.deepEqual(asked, ['rebinding.example']);
});

test('a name that resolves to a private address besides public ones is refused', async () => {
  const resolve = async () => [
    { address: '93.184.216.34', family: 4 },
    { address: '10.0.0.5', family: 4 },
  ];
  await assert.rejects(
    fetcher({ resolve })('https://mixed.example/a.png', { signal: forever }),
    /not at a public address/,
  );
});

test('connects to the checked address, with the host name of the URL', async (t) => {
  let host: string | undefined;
  const server = await serve(t, (request, response) => {
    host = request.headers.host;
    response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  });
  const port = server.host.split(':')[1];
  const fetchMedia = fetcher({
    trustedHosts: [`media.internal:${port}`],
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  const { mediaType, base64 } = await fetchMedia(`http://media.internal:${port}/a`, { signal: forever });
  assert.deepEqual([mediaType, base64], ['image/png', png.toString('base64')]);
  assert.equal(host, `media.internal:${port}`);
});

test('every redirect is checked: none leads to a private address, another protocol or in circles', async (t) => {
  const inside = await serve(t, (_, response) => response.end(png));
  let location = '';
  const outside = await serve(t, (_, response) => response.writeHead(302, { location }).end());
  const fetchMedia = fetcher({ trustedHosts: [outside.host] });
  for (const [to, told] of [
    [`${inside.url}/a.png`, /is not at a public address/],
    ['http://169.254.169.254/latest/meta-data/', /169\.254\.169\.254.* is not at a public address/],
    ['file:///etc/passwd', /is neither http nor https/],
    ['http://user:word@example.org/', /holds a name or a password/],
    [outside.url, /more than 3 redirects/],
  ] as const) {
    location = to;
    await assert.rejects(fetchMedia(outside.url, { signal: forever }), {
      code: 'invalid_request',
      message: told,
    });
  }
  assert.equal(inside.requests(), 0);
});

test('three redirects are followed, and no more', async (t) => {
  const server = await serve(t, ({ url = '' }, response) => {
    const left = Number(url.slice(1));
    if (left === 0) response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    else response.writeHead(307, { location: `/${left - 1}` }).end();
  });
  const fetchMedia = fetcher({ trustedHosts: [server.host] });
  for (const hops of [0, 1, 2, 3]) {
    assert.equal((await fetchMedia(`${server.url}/${hops}`, { signal: forever })).mediaType, 'image/png');
  }
  const asked = server.requests();
  await assert.rejects(fetchMedia(`${server.url}/4`, { signal: forever }), /more than 3 redirects/);
  assert.equal(server.requests() - asked, 4);
});

test('every byte is counted as it arrives, and the counter may end the download', async (t) => {
  const image = Buffer.concat([png, Buffer.alloc(800)]);
  const server = await serve(t, (_, response) =>
    response.writeHead(200, { 'content-type': 'image/png' }).end(image),
  );
  const fetchMedia = fetcher({ trustedHosts: [server.host] });
  let counted = 0;
  await fetchMedia(server.url, { signal: forever, count: (bytes) => (counted += bytes) });
  assert.equal(counted, image.byteLength);
  const full = new ConclaveError('request_too_large', 'All media together are too large.');
  const count = () => {
    throw full;
  };
  await assert.rejects(fetchMedia(server.url, { signal: forever, count }), full);
});

test('size, time and media type are limited', async (t) => {
  const server = await serve(t, (request, response) => {
    if (request.url === '/long')
      response.writeHead(200, { 'content-length': '5000' }).end(Buffer.alloc(5_000));
    else if (request.url === '/endless') {
      response.writeHead(200, { 'content-type': 'image/png' });
      const more = setInterval(() => response.write(Buffer.alloc(400)), 5);
      response.on('close', () => clearInterval(more));
    } else if (request.url === '/page')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello');
    else if (request.url === '/gone') response.writeHead(404).end();
    else if (request.url === '/zip') response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    else response.writeHead(200, { 'content-type': 'image/png' }).flushHeaders();
  });
  const trustedHosts = [server.host];
  const patient = fetcher({ trustedHosts });
  const hasty = fetcher({ trustedHosts, timeoutMs: 300 });
  for (const [path, told, fetchMedia] of [
    ['/long', /larger than 1000 bytes/, patient],
    ['/endless', /larger than 1000 bytes/, patient],
    ['/page', /is not an image, PDF or sound/, patient],
    ['/gone', /answers 404/, patient],
    ['/zip', /comes compressed/, patient],
    ['/silent', /took longer than media\.timeoutMs/, hasty],
  ] as const) {
    await assert.rejects(fetchMedia(server.url + path, { signal: forever }), {
      code: 'invalid_request',
      message: told,
    });
  }
});

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { everySimulatedProvider, post, startTestGateway } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';
import { until } from '../support/until.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function imageServer(t: TestContext) {
  let requests = 0;
  const origin = await startLocalServer(t, (_, response) => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  });
  return { host: new URL(origin).host, url: `${origin}/a.png`, requests: () => requests };
}

const clients = {
  '/v1/chat/completions': (url: string) => ({
    max_tokens: 50,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  }),
  '/v1/messages': (url: string) => ({
    max_tokens: 50,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image', source: { type: 'url', url } },
        ],
      },
    ],
  }),
  '/v1/responses': (url: string) => ({
    max_output_tokens: 50,
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is it?' },
          { type: 'input_image', image_url: url, detail: 'auto' },
        ],
      },
    ],
  }),
};
const bytesOnly = ['bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0', 'ollama/llava'];
const seeing: ConfigInput['models'] = [{ id: 'ollama/llava', capabilities: ['vision'] }];

test('an image URL is fetched only for providers that need bytes, and only if the config allows it', async (t) => {
  const images = await imageServer(t);
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: everySimulatedProvider(simulator),
      models: seeing,
      media: { fetch: true, trustedHosts: [images.host] },
    }),
  });
  for (const model of [...bytesOnly, 'google/gemini-2.5-flash']) {
    for (const [path, body] of Object.entries(clients)) {
      const before = images.requests();
      const reply = await post(gateway, path, { ...body(images.url), model });
      assert.equal(reply.status, 200, `${model} ${path}: ${await reply.clone().text()}`);
      assert.equal(images.requests(), before + 1, model);
    }
  }
  // Who fetches by itself is given the URL.
  const before = images.requests();
  await post(gateway, '/v1/messages', { ...clients['/v1/messages'](images.url), model: 'sonnet' });
  assert.equal(images.requests(), before);
});

test("an error about an image names the caller's own URL, also where its provider stands at the same host", async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: everySimulatedProvider(simulator),
      models: seeing,
      media: { fetch: true },
    }),
  });
  const url = `${gateway.simulator.url}/a.png`;
  const body = clients['/v1/chat/completions'](url);
  const reply = await post(gateway, '/v1/chat/completions', { ...body, model: 'ollama/llava' });
  assert.equal(reply.status, 400);
  const { error } = (await reply.json()) as { error: { message: string } };
  assert.ok(error.message.includes(`${url} is not at a public address`), error.message);
});

test('if the config does not allow it, the call is a 400 that says what to do', async (t) => {
  const images = await imageServer(t);
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({ providers: everySimulatedProvider(simulator), models: seeing }),
  });
  // Ollama itself has a lesser dialect that takes URLs.
  for (const model of bytesOnly.slice(0, 1)) {
    for (const [path, body] of Object.entries(clients)) {
      const reply = await post(gateway, path, { ...body(images.url), model });
      const text = await reply.text();
      assert.equal(reply.status, 400, `${model} ${path}: ${text}`);
      assert.match(text, /send them as base64, or have media\.fetch turned on/);
    }
  }
  assert.equal(images.requests(), 0);
});

test("an image URL inside the network is refused in the client's dialect, and never requested", async (t) => {
  const images = await imageServer(t);
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: everySimulatedProvider(simulator),
      models: seeing,
      media: { fetch: true, timeoutMs: 1_000 },
    }),
  });
  for (const url of [
    images.url,
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:127.0.0.1]/a.png',
  ]) {
    for (const [path, body] of Object.entries(clients)) {
      const reply = await post(gateway, path, { ...body(url), model: bytesOnly[0] });
      assert.equal(reply.status, 400, url);
      const { error } = (await reply.json()) as { error: { type: string; message: string } };
      assert.equal(error.type, 'invalid_request_error');
      assert.match(
        error.message,
        /is not at a public address, and was not fetched; send the bytes as base64/,
      );
    }
  }
  assert.equal(images.requests(), 0);
});

test('the images fetched for one request are limited in number, total size and concurrency', async (t) => {
  const kilobyte = Buffer.concat([png, Buffer.alloc(1_000 - png.byteLength)]);
  let asked = 0;
  let open = 0;
  let most = 0;
  const origin = await startLocalServer(t, async (_, response) => {
    asked += 1;
    open += 1;
    most = Math.max(most, open);
    await until(() => most > 1, 'a second image at the same time');
    await sleep(20);
    open -= 1;
    response.writeHead(200, { 'content-type': 'image/png' }).end(kilobyte);
  });
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: everySimulatedProvider(simulator),
      models: seeing,
      media: { fetch: true, trustedHosts: [new URL(origin).host], maxFiles: 20, maxRequestBytes: 15_500 },
    }),
  });
  const ask = async (files: number, again = 0) => {
    asked = 0;
    const content = Array.from({ length: files }, (_, at) => ({
      type: 'image_url',
      image_url: { url: `${origin}/${at}.png` },
    }));
    const messages = [{ role: 'user', content: [...content, ...content.slice(0, again)] }];
    const reply = await post(gateway, '/v1/chat/completions', { model: 'ollama/llava', messages });
    return `${reply.status} ${await reply.text()}`;
  };
  assert.match(await ask(14, 1), /^200 /);
  assert.equal(asked, 14, 'each once');
  assert.ok(most > 1 && most <= 4, `${most} at once`);
  assert.match(await ask(16), /^400 .*together larger than 15500 bytes \(media\.maxRequestBytes\)/);
  assert.match(await ask(8, 8), /^400 .*media\.maxRequestBytes/, 'it would be written out as often');
  assert.match(await ask(21), /^400 .*21 files.*20.*media\.maxFiles/);
  assert.equal(asked, 0, 'nothing of a request that names too many');
});

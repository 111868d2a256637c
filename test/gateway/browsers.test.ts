import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../support/gateway.ts';

const body = JSON.stringify({
  model: 'haiku',
  max_tokens: 20,
  messages: [{ role: 'user', content: 'Hello' }],
});

test('a page from an allowed host can call from the browser and read replies, streams and errors', async (t) => {
  const gateway = await startTestGateway(t);
  const page = { origin: 'http://localhost:3000' };
  const path = `${gateway.url}/v1/chat/completions`;
  const asked = await fetch(path, {
    method: 'OPTIONS',
    headers: {
      ...page,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-stainless-os',
    },
  });
  assert.equal(asked.status, 204);
  assert.equal(asked.headers.get('access-control-allow-origin'), page.origin);
  assert.equal(
    asked.headers.get('access-control-allow-headers'),
    'authorization,content-type,x-stainless-os',
  );
  assert.match(asked.headers.get('access-control-allow-methods') ?? '', /POST/);
  assert.equal(asked.headers.get('access-control-allow-credentials'), null);
  for (const [key, sent, status] of [
    [gateway.key, body, 200],
    [gateway.key, body.replace('{', '{"stream":true,'), 200],
    ['ck-nobody', body, 401],
    [gateway.key, '{', 400],
  ] as const) {
    const reply = await fetch(path, {
      method: 'POST',
      headers: { ...page, authorization: `Bearer ${key}` },
      body: sent,
    });
    await reply.text();
    assert.equal(reply.status, status);
    assert.equal(reply.headers.get('access-control-allow-origin'), page.origin);
    assert.equal(reply.headers.get('access-control-expose-headers'), '*');
    assert.equal(reply.headers.get('vary'), 'origin');
  }
});

test('a page from another host is refused in the preflight and cannot read the refusal; the same origin needs no permission', async (t) => {
  const gateway = await startTestGateway(t);
  for (const method of ['OPTIONS', 'POST']) {
    const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
      method,
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(reply.status, 403);
    assert.equal(reply.headers.get('access-control-allow-origin'), null);
  }
  const own = await fetch(`${gateway.url}/v1/models`, {
    headers: { origin: gateway.url, authorization: `Bearer ${gateway.key}` },
  });
  assert.equal(own.status, 200);
  assert.equal(own.headers.get('access-control-allow-origin'), null);
  const options = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'OPTIONS' });
  assert.equal(options.status, 405);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allRoutes } from '../../src/surfaces/http/routes.ts';
import { startTestGateway } from '../support/gateway.ts';

const routes = allRoutes.flatMap(({ path, methods }) =>
  Object.entries(methods).map(([method, { who }]) => ({ method, path: path.replace(/<.*>/, 'one'), who })),
);

test('only public routes answer without a key, and admin routes accept only the admin key', async (t) => {
  const gateway = await startTestGateway(t);
  for (const { method, path, who } of routes) {
    const answerTo = async (key?: string) => {
      const reply = await fetch(`${gateway.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
        ...(method !== 'GET' && { body: '{}' }),
      });
      await reply.arrayBuffer();
      return reply.status;
    };
    const without = await answerTo();
    const withKey = await answerTo(gateway.key);
    const withAdmin = await answerTo(gateway.adminKey);
    const line = `${method} ${path} for ${who}: ${without}, ${withKey}, ${withAdmin}`;
    assert.equal(without === 401, who !== 'anybody' || path === '/metrics', line);
    assert.equal(withKey === 403, who === 'admin', line);
    assert.ok(withAdmin !== 401 && withAdmin !== 403, line);
  }
});

test('every admin path requires the admin key, and everything below /v1 requires a key', () => {
  for (const { path, who } of routes) {
    if (path.startsWith('/admin/')) assert.equal(who, 'admin', path);
    if (path.startsWith('/v1/')) assert.equal(who, 'key', path);
  }
});

test('of two keys the valid one counts, whether the other is unknown, revoked or expired', async (t) => {
  const gateway = await startTestGateway(t);
  const { key: revoked, stored } = await gateway.app.keys.issue({ name: 'old', budgets: [] });
  await gateway.app.keys.change(stored, { disabled: true });
  const { key: expired } = await gateway.app.keys.issue({ name: 'guest', budgets: [], expiresAt: 1 });
  const ask = async (bearer: string, own: string) => {
    const headers = { authorization: `Bearer ${bearer}`, 'x-api-key': own };
    const reply = await fetch(`${gateway.url}/v1/models`, { headers });
    return { status: reply.status, text: await reply.text() };
  };
  for (const outdated of ['ck-unknown', revoked, expired]) {
    assert.equal((await ask(outdated, gateway.key)).status, 200);
    assert.equal((await ask(gateway.key, outdated)).status, 200);
  }
  const refused = await ask(revoked, 'ck-unknown');
  assert.equal(refused.status, 401);
  assert.match(refused.text, /The key \\"old\\" is disabled/, 'the reason of the key that is known');
});

test('an unsupported method gets the allowed ones, and a stored response is reported as not kept', async (t) => {
  const gateway = await startTestGateway(t);
  const asked = async (method: string, path: string) => {
    const reply = await fetch(`${gateway.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${gateway.adminKey}` },
    });
    return { status: reply.status, allow: reply.headers.get('allow'), text: await reply.text() };
  };
  const deleted = await asked('DELETE', '/admin/keys/local');
  assert.deepEqual([deleted.status, deleted.allow], [405, 'GET, PATCH']);
  assert.match(deleted.text, /disabled/);
  assert.equal((await asked('POST', '/v1/responses/resp_1')).status, 405);
  for (const [method, path] of [
    ['GET', '/v1/responses/resp_1'],
    ['DELETE', '/v1/responses/resp_1'],
    ['GET', '/v1/responses/resp_1/input_items'],
    ['POST', '/v1/responses/resp_1/cancel'],
  ] as const) {
    const { status, text } = await asked(method, path);
    assert.equal(status, 404);
    assert.match(text, /does not store responses, so it has no \\?"resp_1/);
  }
  assert.match((await asked('POST', '/v1/responses/compact')).text, /does not compact/);
  assert.equal((await asked('GET', '/v1/responses/a/b/c')).status, 404);
  assert.equal((await asked('GET', '/v1/models/one/two/three')).status, 404);
});

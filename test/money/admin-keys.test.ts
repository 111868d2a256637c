import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { issueKey } from '../../src/money/virtual-keys.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { readText } from '../support/local-server.ts';

const question = { model: 'sonnet', max_tokens: 20, messages: [{ role: 'user', content: 'Hello' }] };

async function admin(
  { url, adminKey }: TestGateway,
  method: string,
  path: string,
  body?: unknown,
): Promise<{
  status: number;
  body: Record<string, unknown> & { error?: { message: string; param: string } };
}> {
  const reply = await fetch(`${url}/admin/keys${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: reply.status, body: (await reply.json()) as never };
}

function asking(gateway: TestGateway, key: string): Promise<Response> {
  return post({ ...gateway, key }, '/v1/chat/completions', question);
}

test('a key is listed with the state of its budgets, and its secret is never shown again', async (t) => {
  const gateway = await startTestGateway(t);
  const budgets = [{ window: 'day', limitUsd: 2 }];
  const made = await admin(gateway, 'POST', '', { name: 'ci', budgets, rpm: 60, expiresAt: '2099-01-31' });
  assert.equal(made.status, 201);
  const key = String(made.body['key']);
  assert.equal((await asking(gateway, key)).status, 200);
  const { keys } = (await admin(gateway, 'GET', '')).body as { keys: Record<string, unknown>[] };
  const [, listed] = keys;
  assert.deepEqual(
    keys.map(({ name }) => name),
    ['local', 'ci'],
  );
  assert.equal(listed?.['expiresAt'], '2099-01-31T00:00:00.000Z');
  assert.equal(listed?.['rpm'], 60);
  assert.equal(listed?.['disabled'], false);
  const [budget] = (listed?.['budgets'] ?? []) as {
    limitUsd: number;
    unknownPrices: string;
    hard: boolean;
    spentUsd: number;
  }[];
  assert.equal(budget?.limitUsd, 2);
  assert.deepEqual([budget?.unknownPrices, budget?.hard], ['refuse', true]);
  assert.ok((budget?.spentUsd ?? 0) > 0, 'the call is counted');
  assert.doesNotMatch(JSON.stringify(keys), new RegExp(key));
  assert.deepEqual((await admin(gateway, 'GET', '/ci')).body, listed);
});

test('a disabled key is refused from its next call, and works again once it is enabled', async (t) => {
  const gateway = await startTestGateway(t);
  const made = await admin(gateway, 'POST', '', { name: 'leaked' });
  const key = String(made.body['key']);
  assert.equal((await asking(gateway, key)).status, 200);
  const disabled = await admin(gateway, 'PATCH', `/${String(made.body['id'])}`, { disabled: true });
  assert.deepEqual([disabled.status, disabled.body['disabled']], [200, true]);
  const refused = await asking(gateway, key);
  assert.equal(refused.status, 401);
  assert.match(await refused.text(), /\\"leaked\\" is disabled/);
  await admin(gateway, 'PATCH', '/leaked', { disabled: false });
  assert.equal((await asking(gateway, key)).status, 200);
});

test('a key gets another secret and keeps its budget, its spending and its name', async (t) => {
  const gateway = await startTestGateway(t);
  const budgets = [{ window: 'day', limitUsd: 2 }];
  const made = await admin(gateway, 'POST', '', { name: 'team/ci', budgets, rpm: 60 });
  const former = String(made.body['key']);
  assert.equal((await asking(gateway, former)).status, 200);
  const rotated = await admin(gateway, 'POST', '/team%2Fci/rotate', {});
  assert.equal(rotated.status, 200);
  const { key, rotatedAt, ...shown } = rotated.body;
  assert.match(String(key), /^ck-\w{32}$/);
  assert.notEqual(key, former);
  assert.deepEqual([shown['id'], shown['rpm']], [made.body['id'], 60]);
  assert.equal(shown['prefix'], String(key).slice(0, 7));
  const [spent] = shown['budgets'] as { spentUsd: number }[];
  assert.ok((spent?.spentUsd ?? 0) > 0, 'what it has spent stays counted');
  assert.ok(Math.abs(Date.parse(String(rotatedAt)) - Date.now()) < 60_000);
  const refused = await asking(gateway, former);
  assert.equal(refused.status, 401);
  assert.match(await refused.text(), /\\"team\/ci\\" was replaced at/);
  assert.equal((await asking(gateway, String(key))).status, 200);
  const { keys } = (await admin(gateway, 'GET', '')).body as { keys: { name: string }[] };
  assert.equal(keys.filter(({ name }) => name === 'team/ci').length, 1);
  assert.doesNotMatch(JSON.stringify(keys), new RegExp(String(key)));
});

test('a former secret works for as long as its rotation says, and a next rotation may end it', async (t) => {
  const gateway = await startTestGateway(t);
  const first = String((await admin(gateway, 'POST', '', { name: 'ci' })).body['key']);
  const rotated = await admin(gateway, 'POST', '/ci/rotate', { grace: '24h' });
  const grace =
    Date.parse(String(rotated.body['formerUntil'])) - Date.parse(String(rotated.body['rotatedAt']));
  assert.equal(grace, 86_400_000);
  for (const key of [first, String(rotated.body['key'])])
    assert.equal((await asking(gateway, key)).status, 200);
  const last = await admin(gateway, 'POST', '/ci/rotate', {});
  for (const key of [first, String(rotated.body['key'])])
    assert.equal((await asking(gateway, key)).status, 401);
  assert.equal((await asking(gateway, String(last.body['key']))).status, 200);
});

test('a rotation that cannot be is refused and changes nothing', async (t) => {
  const gateway = await startTestGateway(t);
  const key = String((await admin(gateway, 'POST', '', { name: 'ci' })).body['key']);
  for (const [path, body, status, said] of [
    ['/ci/rotate', { grace: 'soon' }, 400, /grace: must be a span such as 30min, 24h or 7d/],
    ['/ci/rotate', { grace: 24 }, 400, /grace: /],
    ['/ci/rotate', { gracee: '24h' }, 400, /Unknown field "gracee"; did you mean "grace"/],
    ['/nobody/rotate', {}, 404, /There is no key "nobody"/],
    ['/local/rotate', {}, 400, /"local" is this machine's own key, in .*local\.key\. To replace it, delete/],
  ] as const) {
    const refused = await admin(gateway, 'POST', path, body);
    assert.equal(refused.status, status, path);
    assert.match(refused.body.error?.message ?? '', said);
  }
  assert.equal((await asking(gateway, key)).status, 200);
  const byCaller = await fetch(`${gateway.url}/admin/keys/ci/rotate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{}',
  });
  assert.equal(byCaller.status, 403);
});

test('a budget is raised and a limit removed on a key in use, without changing its other settings', async (t) => {
  const gateway = await startTestGateway(t);
  const made = await admin(gateway, 'POST', '', {
    name: 'team',
    rpm: 1,
    tags: ['search'],
    budgets: [{ window: 'day', limitUsd: 0 }],
  });
  const key = String(made.body['key']);
  assert.equal((await asking(gateway, key)).status, 429, 'nothing may be spent');
  const changed = await admin(gateway, 'PATCH', '/team', {
    rpm: null,
    budgets: [{ window: 'day', limitUsd: 1 }],
  });
  assert.equal(changed.status, 200);
  assert.equal('rpm' in changed.body, false);
  assert.deepEqual(changed.body['tags'], ['search']);
  for (let at = 0; at < 3; at += 1) assert.equal((await asking(gateway, key)).status, 200);
  const freed = await admin(gateway, 'PATCH', '/team', { budgets: null });
  assert.deepEqual([freed.status, freed.body['budgets']], [200, []]);
});

test('a key whose pinned model and provider have left the configuration can be limited and revoked, but not pinned to them again', async (t) => {
  const gateway = await startTestGateway(t);
  const routing = { pin: 'former/one' };
  const allow = { providers: ['former'] };
  const { keys } = await gateway.store();
  const { key } = await issueKey(keys, { name: 'former', budgets: [], routing, allow });
  for (const change of [
    { rpm: 5 },
    { budgets: [{ window: 'day', limitUsd: 1 }] },
    { models: null },
    { disabled: true },
  ])
    assert.equal((await admin(gateway, 'PATCH', '/former', change)).status, 200, JSON.stringify(change));
  assert.equal((await asking(gateway, key)).status, 401);
  for (const [change, place] of [
    [{ routing }, /routing\.pin: no model "former\/one"/],
    [{ models: ['*'] }, /routing\.pin: no model "former\/one"/],
    [{ allow }, /allow\.providers: there is no provider "former"/],
  ] as const) {
    const refused = await admin(gateway, 'PATCH', '/former', change);
    assert.equal(refused.status, 400);
    assert.match(refused.body.error?.message ?? '', place);
  }
});

test('a change of the pin is checked with the models that the key already has, and the other way round', async (t) => {
  const gateway = await startTestGateway(t);
  const refusal = async (change: object) =>
    (await admin(gateway, 'PATCH', '/team', change)).body.error?.message;
  await admin(gateway, 'POST', '', { name: 'team', budgets: [], models: ['openai/*'] });
  assert.match(
    (await refusal({ routing: { pin: 'sonnet' } })) ?? '',
    /routing\.pin: the key may not use anthropic/,
  );
  assert.equal(await refusal({ routing: { pin: 'openai/gpt-5-mini' } }), undefined);
  assert.match(
    (await refusal({ models: ['anthropic/*'] })) ?? '',
    /routing\.pin: the key may not use openai/,
  );
  assert.equal(await refusal({ models: ['anthropic/*'], routing: { pin: 'sonnet' } }), undefined);
});

test('a change of one limit keeps a revocation that arrived while the change was being sent', async (t) => {
  const gateway = await startTestGateway(t);
  await admin(gateway, 'POST', '', { name: 'leaked' });
  const slow = request(`${gateway.url}/admin/keys/leaked`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${gateway.adminKey}`, 'content-type': 'application/json' },
  });
  slow.write('{"rpm":');
  // A request sent after the slow one is answered, so the slow one has begun.
  assert.equal((await admin(gateway, 'GET', '/leaked')).status, 200);
  assert.equal((await admin(gateway, 'PATCH', '/leaked', { disabled: true })).status, 200);
  slow.end('100}');
  const [reply] = await once(slow, 'response');
  assert.equal(reply.statusCode, 200);
  assert.deepEqual(JSON.parse(await readText(reply)).disabled, true);
  const { body } = await admin(gateway, 'GET', '/leaked');
  assert.deepEqual([body['disabled'], body['rpm']], [true, 100]);
});

test('a budget refuses unknown prices unless it allows them, in the older spelling too', async (t) => {
  const gateway = await startTestGateway(t);
  const written = [
    {},
    { unknownPrices: 'allow' },
    { hard: false },
    { hard: true },
    { hard: true, unknownPrices: 'refuse' },
  ];
  const made = await admin(gateway, 'POST', '', {
    name: 'x',
    budgets: written.map((one) => ({ window: 'day', limitUsd: 1, ...one })),
  });
  const { budgets } = made.body as { budgets: { unknownPrices: string; hard: boolean }[] };
  assert.deepEqual(
    budgets.map(({ unknownPrices, hard }) => [unknownPrices, hard]),
    [
      ['refuse', true],
      ['allow', false],
      ['allow', false],
      ['refuse', true],
      ['refuse', true],
    ],
  );
});

test('invalid key settings are refused by name, and nothing is stored', async (t) => {
  const gateway = await startTestGateway(t);
  const seconds = Math.floor(Date.now() / 1000) + 3600;
  const budget = (limitUsd: unknown) => ({ name: 'x', budgets: [{ window: 'day', limitUsd }] });
  const wrong: readonly [string, unknown, RegExp][] = [
    ['POST', { name: 'x', expiresAt: seconds }, /^expiresAt: 1970.* has passed; it is in milliseconds/],
    ['POST', { name: 'x', expiresAt: '2020-01-31' }, /^expiresAt: 2020-01-31.* has passed\.$/],
    ['POST', { name: 'x', expiresAt: '2099-02-30' }, /^expiresAt: milliseconds since 1970, or a date/],
    ['POST', budget(1e300), /^budgets\.0\.limitUsd: /],
    ['POST', budget(-1), /^budgets\.0\.limitUsd: /],
    ['POST', { name: 'x', rpmm: 5 }, /did you mean "rpm"/],
    [
      'POST',
      { name: 'x', budgets: [{ window: 'day', limitUsd: 1, hard: true, unknownPrices: 'allow' }] },
      /^budgets\.0: hard: true means unknownPrices: "refuse"; give only unknownPrices$/,
    ],
    [
      'POST',
      { name: 'x', budgets: [{ window: 'day', limitUsd: 1, unknownPrice: 'allow' }] },
      /^Unknown field "budgets\.0\.unknownPrice"; did you mean "unknownPrices"\?$/,
    ],
    [
      'POST',
      { name: 'x', allow: { region: ['eu-*'] } },
      /^Unknown field "allow\.region"; did you mean "regions"\?$/,
    ],
    [
      'POST',
      { name: 'x', models: ['openai/*'], routing: { pin: 'sonnet' } },
      /^routing\.pin: the key may not use anthropic\/claude-sonnet.*\(openai\/\*\)/,
    ],
    ['POST', { name: ' ' }, /^name: /],
    ['PATCH', { disable: true }, /did you mean "disabled"/],
    ['PATCH', { name: null }, /^name: /],
    ['PATCH', { expiresAt: seconds }, /^expiresAt: 1970.* has passed; it is in milliseconds/],
    ['PATCH', { expiresAt: '2020-01-31' }, /^expiresAt: 2020-01-31.* has passed\.$/],
    ['PATCH', { routing: { pin: 'sonet' } }, /routing\.pin.*sonet/],
  ];
  for (const [method, body, message] of wrong) {
    const path = method === 'PATCH' ? '/local' : '';
    const refused = await admin(gateway, method, path, body);
    assert.equal(refused.status, 400, JSON.stringify(body));
    assert.match(refused.body.error?.message ?? '', message);
  }
  assert.equal(((await admin(gateway, 'GET', '')).body['keys'] as unknown[]).length, 1);
});

test('only the admin reads and changes keys, and an unknown key is a 404 with the nearest name', async (t) => {
  const gateway = await startTestGateway(t);
  // From before names had to be unique.
  for (const name of ['one', 'two']) await gateway.app.keys.issue({ name, budgets: [] });
  {
    using database = new DatabaseSync(join(gateway.home, 'conclave.db'));
    database.exec("UPDATE virtual_keys SET name = 'twin' WHERE name IN ('one', 'two')");
  }
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/local'],
    ['PATCH', '/local'],
  ] as const) {
    const refused = await admin(
      { ...gateway, adminKey: gateway.key },
      method,
      path,
      method === 'GET' ? undefined : {},
    );
    assert.equal(refused.status, 403, `${method} ${path}`);
  }
  const missing = await admin(gateway, 'GET', '/locl');
  assert.equal(missing.status, 404);
  assert.match(missing.body.error?.message ?? '', /did you mean "local"/);
  const twins = await admin(gateway, 'PATCH', '/twin', { disabled: true });
  assert.equal(twins.status, 400);
  assert.match(twins.body.error?.message ?? '', /2 keys have the name "twin"; use an id/);
  const deleted = await fetch(`${gateway.url}/admin/keys/local`, { method: 'DELETE' });
  assert.equal(deleted.status, 405);
  assert.equal(deleted.headers.get('allow'), 'GET, PATCH');
});

test('no key can be called as another is identified, and an id means its own key', async (t) => {
  const gateway = await startTestGateway(t);
  const { id } = (await admin(gateway, 'POST', '', { name: 'ci' })).body;
  for (const name of [id, 'admin']) {
    const refused = await admin(gateway, 'POST', '', { name });
    assert.equal(refused.status, 400);
    assert.match(refused.body.error?.message ?? '', /name.*must not look like the id of a key/);
  }
  // From before such names were refused.
  const { stored } = await gateway.app.keys.issue({ name: String(id), budgets: [] });
  assert.equal((await admin(gateway, 'PATCH', `/${id}`, { disabled: true })).status, 200);
  assert.equal((await admin(gateway, 'GET', `/${id}`)).body['name'], 'ci');
  assert.equal((await admin(gateway, 'PATCH', `/${stored.id}`, { disabled: true })).status, 200);
});

test('a pattern that matches no model is reported when the key is created', async (t) => {
  const gateway = await startTestGateway(t);
  const made = await admin(gateway, 'POST', '', {
    name: 'x',
    models: ['sonet', 'auto:economy', 'openai/*', 'anthropic/new'],
  });
  assert.equal((made.body['warnings'] as string[]).length, 2);
  assert.match(String(made.body['warnings']), /models: "sonet" matches no model/);
  assert.match(String(made.body['warnings']), /models: "auto:economy" matches no model/);
});

test('a key that may use an alias may use its model, by both names, and no other', async (t) => {
  const gateway = await startTestGateway(t, {
    config: { aliases: { house: 'sonnet', 'team/fast': 'anthropic/claude-haiku-4-5' } },
  });
  const made = await admin(gateway, 'POST', '', { name: 'ci', models: ['house', 'anthropic/new'] });
  assert.equal(made.body['warnings'], undefined);
  const [id = ''] = made.body['models'] as string[];
  assert.match(id, /^anthropic\/claude-sonnet-/);
  assert.deepEqual(made.body['models'], [id, 'anthropic/new']);
  const key = String(made.body['key']);
  const statusOf = async (model: string) =>
    (await post({ ...gateway, key }, '/v1/chat/completions', { ...question, model })).status;
  assert.deepEqual(await Promise.all(['house', 'sonnet', id].map(statusOf)), [200, 200, 200]);
  assert.equal(await statusOf('team/fast'), 403);
  const changed = await admin(gateway, 'PATCH', '/ci', { models: ['team/fast', 'openai/*'] });
  assert.deepEqual(changed.body['models'], ['anthropic/claude-haiku-4-5', 'openai/*']);
  assert.deepEqual(await Promise.all(['team/fast', id].map(statusOf)), [200, 403]);
});

test('a name belongs to one active key: a second is a conflict, but a new key may take the name of a disabled one', async (t) => {
  const gateway = await startTestGateway(t);
  const first = await admin(gateway, 'POST', '', { name: 'ci' });
  const second = await admin(gateway, 'POST', '', { name: 'ci' });
  assert.equal(second.status, 409);
  assert.equal(second.body.error?.param, 'name');
  assert.match(second.body.error?.message ?? '', /A key in use is called "ci"/);
  assert.equal((await admin(gateway, 'POST', '', { name: 'local' })).status, 409);
  const other = await admin(gateway, 'POST', '', { name: 'staging' });
  assert.equal((await admin(gateway, 'PATCH', '/staging', { name: 'ci' })).status, 409);
  assert.equal((await admin(gateway, 'PATCH', '/staging', { name: 'staging', rpm: 5 })).status, 200);
  assert.equal((await admin(gateway, 'PATCH', '/ci', { disabled: true })).status, 200);
  const successor = await admin(gateway, 'POST', '', { name: 'ci' });
  assert.equal(successor.status, 201);
  const shown = await admin(gateway, 'GET', '/ci');
  assert.equal(shown.body['id'], successor.body['id'], 'the name refers to the active key');
  const restored = await admin(gateway, 'PATCH', `/${String(first.body['id'])}`, { disabled: false });
  assert.equal(restored.status, 409);
  assert.equal((await admin(gateway, 'GET', `/${String(other.body['id'])}`)).body['rpm'], 5);
});

test('a request to delete a key is answered with advice to disable it', async (t) => {
  const gateway = await startTestGateway(t);
  await admin(gateway, 'POST', '', { name: 'ci' });
  const refused = await admin(gateway, 'DELETE', '/ci');
  assert.equal(refused.status, 405);
  assert.match(refused.body.error?.message ?? '', /PATCH \{"disabled": true\}/);
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { usdFromNano, usdText } from '../../src/core/units.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow, ledgerRow } from '../support/ledger-rows.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { until } from '../support/until.ts';

const secret = 'sk-the-callers-very-own-0123456789';
const model = 'lab/m';
const ask = { model, max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };
const send = (gateway: TestGateway, header?: string, body: object = ask) =>
  post(
    gateway,
    '/v1/chat/completions',
    body,
    header === undefined ? {} : { 'x-conclave-provider-key': header },
  );

async function before(
  t: TestContext,
  config: Partial<ConfigInput> = {},
  lab: object = { apiKey: 'key-house' },
) {
  const [provider, other] = [await startKeyedProvider(t), await startKeyedProvider(t)];
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: `${provider.url}/v1`, callerKeys: true, ...lab },
        closed: { dialect: 'openai-chat', baseUrl: `${other.url}/v1`, apiKey: 'key-closed' },
      },
      models: [
        { id: model, price: { input: 3, output: 6 } },
        { id: 'closed/m', price: { input: 3, output: 6 } },
      ],
      ...config,
    },
  });
  return { provider, other, gateway };
}

test("a caller's own key goes only to its provider, and pays for the call", async (t) => {
  const { provider, other, gateway } = await before(t, {
    deployments: [{ model, apiKey: 'key-second' }],
    routing: { retries: 0, fallbacks: { [model]: ['closed/m'] } },
  });
  const reply = await send(gateway, `lab=${secret}`, { ...ask, usage: { include: true } });
  assert.equal(reply.status, 200);
  assert.deepEqual(provider.keys(), [secret]);
  assert.ok(!('x-conclave-provider-key' in (provider.asked[0]?.headers ?? {})));
  assert.equal(reply.headers.get('x-conclave-cost-usd'), '0');
  assert.equal(reply.headers.get('x-conclave-own-cost-usd'), '0.00006');
  const { usage } = (await reply.json()) as { usage: object };
  assert.partialDeepStrictEqual(usage, {
    cost: 0,
    is_byok: true,
    cost_details: { upstream_inference_cost: 0.00006 },
  });
  // The fallback belongs to another provider and uses the gateway's key.
  provider.behave(secret, { status: 500 });
  assert.equal((await send(gateway, `lab=${secret}`)).status, 200);
  assert.deepEqual(other.keys(), ['key-closed']);
});

test("a caller's own key takes the place of a key in the provider's configured headers", async (t) => {
  const headers = { Authorization: 'Bearer key-house', 'X-Api-Key': 'key-house', 'X-Front-Secret': 'open' };
  const { provider, gateway } = await before(t, {}, { headers });
  assert.equal((await send(gateway, `lab=${secret}`)).status, 200);
  const sent = provider.asked[0]?.headers ?? {};
  assert.equal(sent['authorization'], `Bearer ${secret}`);
  assert.equal(sent['x-api-key'], undefined);
  assert.equal(sent['x-front-secret'], 'open');
});

test('the cost that a caller pays is in no budget and no total, and is shown separately', async (t) => {
  const { gateway } = await before(t);
  const { key } = await gateway.app.keys.issue({
    name: 'poor',
    budgets: [{ window: 'day', limitUsd: 0.000001, unknownPrices: 'refuse' }],
  });
  const poor = { ...gateway, key };
  assert.equal((await send(poor)).status, 429, 'the gateway would have to pay');
  assert.equal((await send(poor, `lab=${secret}`)).status, 200);
  const report = await gateway.app.ledger.costs({ since: 0, by: 'model' });
  assert.equal(report.totalNanoUsd, 0);
  assert.deepEqual(report.callersOwn, { totalNanoUsd: 60_000, calls: 1 });
  const row = await lastRow(gateway);
  assert.deepEqual([row.cost, row.callerCost, row.attempts[0]?.callerCost], [0n, 60_000n, 60_000n]);
});

test('no call that its caller pays counts as a saving, nor does a cascade', async (t) => {
  const price = (usd: number) => ({ input: usd, output: usd });
  const { gateway } = await before(t, {
    models: [
      { id: 'lab/small', family: 'a', tier: 'economy', price: price(1) },
      { id: 'lab/big', family: 'b', tier: 'frontier', price: price(10) },
      { id: 'lab/unpriced' },
    ],
  });
  for (const [asked, calls] of [
    ['lab/small', 1],
    ['cascade', 2],
    ['lab/unpriced', 2],
  ] as const) {
    const reply = await send(gateway, `lab=${secret}`, { ...ask, model: asked });
    assert.equal(reply.status, 200, await reply.text());
    assert.equal((await ledgerRow(gateway, reply)).frontierCost, 0n, asked);
    const { callersOwn, frontierNanoUsd, savingNanoUsd } = await gateway.app.ledger.costs({
      since: 0,
      by: 'model',
    });
    assert.ok((callersOwn?.calls ?? 0) >= calls, asked);
    assert.deepEqual([frontierNanoUsd, savingNanoUsd], [0, 0], asked);
  }
});

test('the reply of a cascade says what its caller paid for it', async (t) => {
  const { gateway } = await before(t, {
    models: [
      { id: 'lab/small', family: 'a', tier: 'economy', price: { input: 3, output: 6 } },
      { id: 'lab/big', family: 'b', tier: 'frontier', price: { input: 30, output: 60 } },
    ],
  });
  const asked = { ...ask, model: 'cascade', usage: { include: true } };
  const reply = await send(gateway, `lab=${secret}`, asked);
  const { id } = await ledgerRow(gateway, reply);
  const steps = await gateway.app.ledger.children(id);
  const paid = steps.reduce((sum, { callerCost = 0n }) => sum + callerCost, 0n);
  assert.ok(paid >= 60_000n, String(paid));
  assert.equal(reply.headers.get('x-conclave-cost-usd'), '0');
  assert.equal(reply.headers.get('x-conclave-own-cost-usd'), usdText(paid));
  const { usage } = (await reply.json()) as { usage: object };
  assert.partialDeepStrictEqual(usage, {
    cost: 0,
    is_byok: true,
    cost_details: { upstream_inference_cost: usdFromNano(paid) },
  });
});

test('a cascade whose answer its caller paid at an unknown price counts as no saving', async (t) => {
  const { gateway } = await before(t, {
    models: [
      { id: 'lab/small', family: 'a', tier: 'economy' },
      { id: 'lab/big', family: 'b', tier: 'frontier', price: { input: 10, output: 10 } },
    ],
  });
  const reply = await send(gateway, `lab=${secret}`, { ...ask, model: 'cascade' });
  assert.equal(reply.status, 200, await reply.text());
  const row = await ledgerRow(gateway, reply);
  assert.deepEqual([row.model, row.frontierCost], ['lab/small', 0n]);
  const { savingNanoUsd } = await gateway.app.ledger.costs({ since: 0, by: 'model' });
  assert.equal(savingNanoUsd, 0);
});

test('a cascade whose answer the gateway paid counts as a saving, although a key of its caller failed before', async (t) => {
  const { provider, gateway } = await before(t, {
    routing: { retries: 0 },
    models: [
      { id: 'lab/small', family: 'a', tier: 'economy', price: { input: 1, output: 1 } },
      { id: 'closed/small', family: 'c', tier: 'economy', price: { input: 3, output: 3 } },
      { id: 'lab/big', family: 'b', tier: 'frontier', price: { input: 10, output: 10 } },
    ],
  });
  provider.behave(secret, { status: 500 });
  const reply = await send(gateway, `lab=${secret}`, { ...ask, model: 'cascade' });
  assert.equal(reply.status, 200, await reply.text());
  const row = await ledgerRow(gateway, reply);
  assert.deepEqual([row.model, row.frontierCost], ['closed/small', 150_000n]);
});

test('a running call at the expense of its caller would cost its key nothing if the process died', async (t) => {
  const { provider, gateway } = await before(t);
  const held = Promise.withResolvers<void>();
  const calls = [send(gateway), send(gateway, `lab=${secret}`)];
  for (const key of ['key-house', secret]) provider.behave(key, { until: held.promise });
  await until(() => provider.asked.length === 2, 'both calls');
  using database = new DatabaseSync(join(gateway.home, 'conclave.db'), { timeout: 5_000 });
  // What is charged to the key for a call whose process died.
  const estimates = database.prepare('SELECT input_estimate FROM calls ORDER BY input_estimate').all();
  held.resolve();
  await Promise.all(calls);
  assert.deepEqual(
    estimates.map(({ input_estimate: estimate }) => Number(estimate) > 0),
    [false, true],
  );
});

test("a refused key of the caller returns a 401 to the caller: the gateway's key is neither tried nor benched", async (t) => {
  const { provider, gateway } = await before(t);
  provider.behave(secret, { status: 401, body: { error: { message: `bad key ${secret}` } } });
  const reply = await send(gateway, `lab=${secret}`);
  assert.equal(reply.status, 401);
  const text = await reply.text();
  assert.match(text, /lab rejects the key in x-conclave-provider-key/);
  assert.ok(!text.includes(secret));
  assert.equal((await send(gateway)).status, 200);
  assert.deepEqual(provider.keys(), [secret, 'key-house']);
  provider.behave('poor', { status: 402 });
  const poor = await send(gateway, 'lab=poor');
  assert.equal(poor.status, 402);
  assert.match(await poor.text(), /"code":"insufficient_quota"/);
});

test("a caller's key appears nowhere in the database, the log or a dry run", async (t) => {
  const written: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = (piece: string | Uint8Array) => written.push(String(piece)) > 0;
  t.after(async () => {
    process.stderr.write = write;
  });
  const { provider, gateway } = await before(t, { ledger: { keepBodies: true } });
  await send(gateway, `lab=${secret}`);
  provider.behave(secret, { status: 400, body: { error: { message: `wrong: ${secret}` } } });
  await send(gateway, `lab=${secret}`);
  const dry = await post(gateway, '/v1/chat/completions', ask, {
    'x-conclave-provider-key': `lab=${secret}`,
    'x-conclave-dry-run': 'true',
  });
  assert.ok(!(await dry.text()).includes(secret));
  await gateway.app.ready();
  for (const name of readdirSync(gateway.home)) {
    if (!name.startsWith('conclave.db')) continue;
    assert.ok(!readFileSync(join(gateway.home, name)).includes(secret), name);
  }
  assert.ok(!written.join('').includes(secret));
});

test('if the config does not allow it or the provider is unknown, the header is refused without repeating the key', async (t) => {
  const { gateway, other } = await before(t);
  for (const [header, status, told] of [
    [
      `closed=${secret}`,
      403,
      /not accepted for closed; the operator allows them with providers\.closed\.callerKeys/,
    ],
    [`lob=${secret}`, 400, /no provider with that name; did you mean .*lab/],
    [secret, 400, /is written provider=key/],
    ['lab=', 400, /is written provider=key/],
    [`lab=${secret} and-more`, 400, /is written provider=key/],
    [Array.from({ length: 9 }, (_, at) => `lab=${secret}${at}`).join(), 400, /takes at most 8 keys/],
  ] as const) {
    const reply = await send(gateway, header);
    assert.equal(reply.status, status, header);
    const text = await reply.text();
    assert.match(text, told);
    assert.ok(!text.includes(secret));
  }
  assert.deepEqual(other.keys(), []);
});

test("a provider without a configured key is called only with the callers' keys", async (t) => {
  const { provider, gateway } = await before(t, {}, {});
  const without = await send(gateway);
  assert.equal(without.status, 403);
  assert.match(await without.text(), /lab requires the caller's own key: send x-conclave-provider-key: lab=/);
  assert.equal((await send(gateway, `lab=${secret}`)).status, 200);
  assert.deepEqual(provider.keys(), [secret]);
});

test('a key can be restricted to its own providers and regions', async (t) => {
  const { gateway, provider } = await before(t, {
    deployments: [{ model: 'closed/m', provider: 'lab', apiKey: 'key-eu', region: 'eu-central-1' }],
  });
  const { key } = await gateway.app.keys.issue({ name: 'eu', budgets: [], allow: { regions: ['eu-*'] } });
  const eu = { ...gateway, key };
  assert.equal((await send(eu, undefined, { ...ask, model: 'closed/m' })).status, 200);
  assert.deepEqual(provider.keys(), ['key-eu']);
  const refused = await send(eu);
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /regions are limited, and its region is unknown/);
});

test('the concurrency limit of one caller’s account does not apply to the next caller’s', async (t) => {
  const { provider, gateway } = await before(t, { routing: { retries: 0, balance: { queueMs: 0 } } });
  const [small, large] = ['sk-small', 'sk-large'];
  const heldFirst = Promise.withResolvers<void>();
  provider.behave(small, { until: heldFirst.promise });
  const first = send(gateway, `lab=${small}`);
  await until(() => provider.asked.length === 1, 'the first call');
  provider.behave(small, { status: 429 });
  assert.equal((await send(gateway, `lab=${small}`)).status, 429);
  heldFirst.resolve();
  assert.equal((await first).status, 200);
  const heldCrowd = Promise.withResolvers<void>();
  provider.behave(large, { until: heldCrowd.promise });
  const crowd = Promise.all(Array.from({ length: 6 }, () => send(gateway, `lab=${large}`)));
  await until(() => provider.maxAtOnce(large) === 6, 'all calls of the other account at once');
  heldCrowd.resolve();
  const replies = await crowd;
  assert.deepEqual(
    replies.map(({ status }) => status),
    Array<number>(6).fill(200),
  );
});

test('what the limits of one caller’s account leave does not keep the next caller away', async (t) => {
  const { provider, gateway } = await before(t, {
    routing: { retries: 0, fallbacks: { [model]: ['closed/m'] } },
  });
  const [spent, fresh] = ['sk-spent', 'sk-fresh'];
  provider.behave(spent, {
    headers: {
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '10m',
    },
  });
  assert.equal((await send(gateway, `lab=${spent}`)).status, 200);
  const reply = await send(gateway, `lab=${fresh}`);
  assert.equal(reply.headers.get('x-conclave-model'), model);
  assert.deepEqual(provider.keys(), [spent, fresh]);
});

test('failures with one caller’s key do not keep the next caller away', async (t) => {
  const { provider, gateway } = await before(t, {
    routing: { retries: 0, fallbacks: { [model]: ['closed/m'] } },
  });
  const [failing, sound] = ['sk-failing', 'sk-sound'];
  provider.behave(failing, { status: 500 });
  for (let i = 0; i < 6; i += 1) assert.equal((await send(gateway, `lab=${failing}`)).status, 200);
  const reply = await send(gateway, `lab=${sound}`);
  assert.equal(reply.headers.get('x-conclave-model'), model);
});

test('a caller’s key that fails is sent once, however many keys the gateway has for its provider', async (t) => {
  const { provider, gateway } = await before(t, {
    deployments: [
      { model, apiKey: 'key-second' },
      { model, apiKey: 'key-third' },
    ],
    routing: { retries: 0 },
  });
  provider.behave(secret, { status: 500 });
  assert.equal((await send(gateway, `lab=${secret}`)).status, 502);
  assert.deepEqual(provider.keys(), [secret]);
});

test('a used-up quota of one model is passed on as a rate limit; an account without money is a 402', async (t) => {
  const violations = [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }];
  const ofModel = {
    code: 429,
    message: 'You exceeded your current quota.',
    status: 'RESOURCE_EXHAUSTED',
    details: [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations }],
  };
  const google = await startEchoingProvider(t, () => ({ status: 429, body: { error: ofModel } }));
  const { gateway } = await before(t, {
    providers: {
      lab: { dialect: 'google-generate', baseUrl: google.url, apiKey: 'key-house', callerKeys: true },
    },
    models: [{ id: model }],
    routing: { retries: 0 },
  });
  const limited = await send(gateway, `lab=${secret}`);
  assert.equal(limited.status, 429);
  assert.doesNotMatch(await limited.text(), /no money left/);

  const { provider, ...other } = await before(t, { routing: { retries: 0 } });
  provider.behave(secret, {
    status: 429,
    body: {
      error: {
        message: 'You exceeded your current quota.',
        type: 'insufficient_quota',
        code: 'insufficient_quota',
      },
    },
  });
  const broke = await send(other.gateway, `lab=${secret}`);
  assert.equal(broke.status, 402);
  assert.match(await broke.text(), /no money left at lab/);
});

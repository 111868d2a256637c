import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { sharedStores, withTwoGateways } from '../support/shared-stores.ts';
import { until } from '../support/until.ts';

const model = 'lab/m';

/** A gateway in front of one provider, with key `one` and the given additional deployments. */
async function before(
  t: TestContext,
  deployments: NonNullable<ConfigInput['deployments']>,
  balance: NonNullable<ConfigInput['routing']>['balance'] = {},
) {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-one' } },
      models: [{ id: model, price: { input: 1, output: 2 } }],
      deployments,
      routing: { balance },
    },
  });
  return { lab, gateway };
}

const ask = (text = 'Hello') => ({ model, max_tokens: 50, messages: [{ role: 'user', content: text }] });
const send = (gateway: TestGateway, headers: Record<string, string> = {}, text?: string) =>
  post(gateway, '/v1/chat/completions', ask(text), headers);
/** The same with provider preferences. */
const sendWishing = (gateway: TestGateway, provider: object, headers: Record<string, string> = {}) =>
  post(gateway, '/v1/chat/completions', { ...ask(), provider }, headers);
const counts = (keys: readonly string[]) =>
  Object.fromEntries([...new Set(keys)].toSorted().map((key) => [key, keys.filter((k) => k === key).length]));

test('calls rotate over the keys by weight', async (t) => {
  const { lab, gateway } = await before(t, [{ model, apiKey: 'key-two', weight: 2 }], {
    strategy: 'round-robin',
  });
  for (let i = 0; i < 9; i += 1) assert.equal((await send(gateway)).status, 200);
  assert.deepEqual(counts(lab.keys()), { 'key-one': 3, 'key-two': 6 });
});

for (const store of sharedStores) {
  const { name, skip } = store;
  test(
    `what one process learns about a key's limits is shared with the others on ${name}`,
    { skip },
    async (t) => {
      const lab = await startKeyedProvider(t);
      const config: ConfigInput = {
        providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-one' } },
        models: [{ id: model }],
        deployments: ['key-two', 'key-three'].map((apiKey) => ({ model, apiKey })),
        routing: { balance: { strategy: 'round-robin' } },
      };
      const spend = (key: string) =>
        lab.behave(key, {
          headers: {
            'x-ratelimit-limit-requests': '60',
            'x-ratelimit-remaining-requests': '0',
            'x-ratelimit-reset-requests': '10m0s',
          },
        });
      /** Calls until this key has answered and its headers reported no remaining quota. */
      const askUntil = async (gateway: TestGateway, key: string) => {
        do assert.equal((await send(gateway)).status, 200);
        while (lab.keys().at(-1) !== key);
      };
      /** Keys without remaining quota, as seen by a gateway that makes no calls. */
      const spentAt = async (gateway: TestGateway) => {
        const dry = await send(gateway, { 'x-conclave-dry-run': 'true' });
        const { steps } = (await dry.json()) as { steps: { has_room: boolean }[][] };
        return steps.flat().filter(({ has_room }) => !has_room).length;
      };
      await withTwoGateways(store, { config }, async (one, other) => {
        spend('key-one');
        await askUntil(one, 'key-one');
        const { limits } = await one.store();
        const stored = () => limits.updates({ since: 0, now: Date.now() });
        await until(async () => (await stored()).length > 0, 'the limit in the store');
        const before = lab.asked.length;
        assert.equal(await spentAt(other), 1, 'from the first call');
        for (let i = 0; i < 4; i += 1) assert.equal((await send(other)).status, 200);
        assert.deepEqual(Object.keys(counts(lab.keys().slice(before))), ['key-three', 'key-two']);

        spend('key-two');
        await askUntil(one, 'key-two');
        const asked = lab.asked.length;
        await until(async () => (await spentAt(other)) === 2, 'what the other gateway told', { everyMs: 50 });
        assert.equal(lab.asked.length, asked, 'the other gateway made no calls');
      });
    },
  );
}

test('the faster key is used once the latency of both is known', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const { lab, gateway } = await before(t, [{ model, apiKey: 'key-two' }], { strategy: 'latency' });
  for (let i = 0; i < 12; i += 1) {
    const held = Promise.withResolvers<void>();
    for (const key of ['key-one', 'key-two']) lab.behave(key, { until: held.promise });
    const reply = send(gateway);
    await until(() => lab.asked.length === i + 1, 'the call');
    t.mock.timers.tick(lab.keys().at(-1) === 'key-one' ? 150 : 5);
    held.resolve();
    assert.equal((await reply).status, 200);
  }
  assert.ok((counts(lab.keys())['key-one'] ?? 0) <= 2, lab.keys().join(' '));
});

test('the cheapest deployment is used, and its own price is booked', async (t) => {
  const { lab, gateway } = await before(t, [{ model, apiKey: 'key-two', price: { input: 0.5, output: 1 } }], {
    strategy: 'cheapest',
  });
  const reply = await send(gateway);
  assert.deepEqual(lab.keys(), ['key-two']);
  // 10 tokens at $0.5 and 5 at $1 a million.
  assert.equal(reply.headers.get('x-conclave-cost-usd'), '0.00001');
});

test('a session stays with one key under every strategy; without a session, calls are distributed', async (t) => {
  const { lab, gateway } = await before(
    t,
    ['key-two', 'key-three', 'key-four'].map((apiKey) => ({ model, apiKey })),
    { strategy: 'round-robin' },
  );
  for (let i = 0; i < 8; i += 1) await send(gateway, { 'x-conclave-session': 'mine' });
  assert.equal(new Set(lab.keys()).size, 1);
  for (let i = 0; i < 8; i += 1) await send(gateway);
  assert.equal(new Set(lab.keys().slice(8)).size, 4);
});

const sayingNothingOfKeys = [{ order: ['lab'] }, { order: [] }, { sort: 'price' }, { only: ['lab'] }];

for (const wishes of sayingNothingOfKeys) {
  const name = JSON.stringify(wishes);

  test(`provider: ${name} leaves the keys of one provider to the load balancing`, async (t) => {
    const { lab, gateway } = await before(t, [{ model, apiKey: 'key-two', weight: 2 }], {
      strategy: 'round-robin',
    });
    for (let i = 0; i < 9; i += 1) assert.equal((await sendWishing(gateway, wishes)).status, 200);
    assert.deepEqual(counts(lab.keys()), { 'key-one': 3, 'key-two': 6 });
  });

  test(`provider: ${name} keeps a session with one key, and sessions distributed`, async (t) => {
    const { lab, gateway } = await before(
      t,
      ['key-two', 'key-three', 'key-four'].map((apiKey) => ({ model, apiKey })),
      { strategy: 'round-robin' },
    );
    for (let i = 0; i < 8; i += 1) await sendWishing(gateway, wishes, { 'x-conclave-session': 'mine' });
    assert.equal(new Set(lab.keys()).size, 1);
    for (let i = 0; i < 24; i += 1) await sendWishing(gateway, wishes, { 'x-conclave-session': `s${i}` });
    assert.ok(new Set(lab.keys()).size > 1, 'all sessions are at one key');
  });
}

test('with provider.order, the cheaper key of a provider is used under the strategy cheapest', async (t) => {
  const { lab, gateway } = await before(t, [{ model, apiKey: 'key-two', price: { input: 0.5, output: 1 } }], {
    strategy: 'cheapest',
  });
  assert.equal((await sendWishing(gateway, { order: ['lab'] })).status, 200);
  assert.deepEqual(lab.keys(), ['key-two']);
});

/** The first provider has a key of its own and a cheap further one, the second provider two keys. */
async function withTwoProviders(t: TestContext) {
  const lab = await startKeyedProvider(t);
  const provider = (apiKey: string) => ({
    dialect: 'openai-chat' as const,
    baseUrl: `${lab.url}/v1`,
    apiKey,
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: provider('key-lab-1'), club: provider('key-club-1') },
      models: [{ id: model, price: { input: 1, output: 2 } }],
      deployments: [
        { model, provider: 'club' },
        { model, apiKey: 'key-lab-2', price: { input: 0.1, output: 0.1 } },
        { model, provider: 'club', apiKey: 'key-club-2' },
      ],
      routing: { retries: 0, balance: { strategy: 'round-robin' } },
    },
  });
  return { lab, gateway };
}

test('provider.order decides between providers, the load balancing between the keys of each', async (t) => {
  const { lab, gateway } = await withTwoProviders(t);
  for (let i = 0; i < 4; i += 1) await sendWishing(gateway, { order: ['club', 'lab'] });
  assert.deepEqual(counts(lab.keys()), { 'key-club-1': 2, 'key-club-2': 2 });
  for (const key of ['key-club-1', 'key-club-2']) lab.behave(key, { status: 500 });
  for (let i = 0; i < 2; i += 1)
    assert.equal((await sendWishing(gateway, { order: ['club', 'lab'] })).status, 200);
  const [first, second] = [lab.keys().slice(4, 7), lab.keys().slice(7)];
  for (const tried of [first, second])
    assert.deepEqual(tried.slice(0, 2).toSorted(), ['key-club-1', 'key-club-2'], tried.join(' '));
  assert.notEqual(first[2], second[2], 'the keys of the second provider take turns, too');
});

test('provider.sort decides between keys of different prices, the load balancing between those of one price', async (t) => {
  const { lab, gateway } = await withTwoProviders(t);
  await sendWishing(gateway, { sort: 'price' });
  assert.deepEqual(lab.keys(), ['key-lab-2']);
  lab.behave('key-lab-2', { status: 429, headers: { 'retry-after': '60' } });
  await sendWishing(gateway, { sort: 'price' });
  const before = lab.asked.length;
  for (let i = 0; i < 6; i += 1) await sendWishing(gateway, { sort: 'price' });
  assert.deepEqual(counts(lab.keys().slice(before)), { 'key-club-1': 2, 'key-club-2': 2, 'key-lab-1': 2 });
});

test('a long conversation stays with one key, chosen by how it begins', async (t) => {
  const { lab, gateway } = await before(
    t,
    ['key-two', 'key-three', 'key-four'].map((apiKey) => ({ model, apiKey })),
    { strategy: 'round-robin' },
  );
  const long = 'Once upon a time. '.repeat(400);
  for (let i = 0; i < 6; i += 1) await send(gateway, {}, long);
  assert.equal(new Set(lab.keys()).size, 1);
});

test('long conversations are spread over the cheapest keys only', async (t) => {
  const { lab, gateway } = await before(
    t,
    [
      { model, apiKey: 'key-two', price: { input: 0.01, output: 0.01 } },
      { model, apiKey: 'key-three', price: { input: 0.01, output: 0.01 } },
    ],
    { strategy: 'cheapest' },
  );
  for (let i = 0; i < 12; i += 1) await send(gateway, {}, `Story ${i}. ${'Once upon a time. '.repeat(400)}`);
  assert.deepEqual(
    [...new Set(lab.keys())].toSorted(),
    ['key-three', 'key-two'],
    'and never the expensive one',
  );
});

test('a key at its requests per minute hands over to the next; when all are at it, the call gets a 429 with a retry time', async (t) => {
  const { lab, gateway } = await before(
    t,
    [
      { model, rpm: 2 },
      { model, apiKey: 'key-two', rpm: 3 },
    ],
    { queueMs: 50 },
  );
  for (let i = 0; i < 5; i += 1) assert.equal((await send(gateway)).status, 200);
  assert.deepEqual(counts(lab.keys()), { 'key-one': 2, 'key-two': 3 });
  const refused = await send(gateway);
  assert.equal(refused.status, 429);
  const wait = Number(refused.headers.get('retry-after'));
  assert.ok(wait > 30 && wait <= 61, String(wait));
  const { error } = (await refused.json()) as { error: { message: string } };
  assert.match(error.message, /lab\/m is limited to 2 requests a minute/);
  assert.match(error.message, /lab\/m#[0-9a-f]{6} is limited to 3 requests a minute/);
  assert.equal(lab.keys().length, 5, 'the provider was not called');
});

test('a key never exceeds its concurrency limit: calls wait briefly for a slot', async (t) => {
  const { lab, gateway } = await before(t, [{ model, concurrency: 2 }], { queueMs: 20_000 });
  lab.behave('key-one', { delayMs: 20 });
  const replies = await Promise.all(Array.from({ length: 20 }, () => send(gateway)));
  assert.deepEqual(counts(replies.map(({ status }) => String(status))), { 200: 20 });
  assert.equal(lab.maxAtOnce('key-one'), 2);
});

test('a call that gets no slot in time is a 429 with a retry time', async (t) => {
  const { lab, gateway } = await before(t, [{ model, concurrency: 1 }], { queueMs: 30 });
  const held = Promise.withResolvers<void>();
  lab.behave('key-one', { until: held.promise });
  const first = send(gateway);
  await until(() => lab.asked.length === 1, 'the first call');
  const refused = await send(gateway);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '1');
  held.resolve();
  assert.equal((await first).status, 200);
});

test('a prompt that alone exceeds the tokens per minute is refused with a suggestion', async (t) => {
  const { gateway } = await before(t, [{ model, tpm: 100 }]);
  const reply = await send(gateway, {}, 'word '.repeat(400));
  assert.equal(reply.status, 429);
  assert.match(
    await reply.text(),
    /limited to 100 tokens a minute, and this request alone has about \d+ tokens/,
  );
});

test('limits that a provider reports move calls away before it refuses any', async (t) => {
  const { lab, gateway } = await before(t, [{ model, apiKey: 'key-two' }]);
  lab.behave('key-one', {
    headers: {
      'x-ratelimit-limit-requests': '1',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '6m0s',
    },
  });
  for (let i = 0; i < 4; i += 1) assert.equal((await send(gateway)).status, 200);
  assert.deepEqual(counts(lab.keys()), { 'key-one': 1, 'key-two': 3 });
});

test('without another deployment, a limit reported by the provider is only advice: it is still called', async (t) => {
  const { lab, gateway } = await before(t, []);
  lab.behave('key-one', { headers: { 'x-ratelimit-remaining-requests': '0' } });
  for (let i = 0; i < 3; i += 1) assert.equal((await send(gateway)).status, 200);
  assert.equal(lab.keys().length, 3);
});

test('a key that the provider refuses is benched for all its models, and another key answers at once', async (t) => {
  const lab = await startKeyedProvider(t);
  const other = 'lab/n';
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-one' } },
      models: [{ id: model }, { id: other }],
      deployments: [{ model: 'lab/*', apiKey: 'key-two' }],
    },
  });
  lab.behave('key-one', { status: 401 });
  assert.equal((await send(gateway)).status, 200);
  assert.deepEqual(lab.keys(), ['key-one', 'key-two']);
  assert.equal((await post(gateway, '/v1/chat/completions', { ...ask(), model: other })).status, 200);
  assert.deepEqual(lab.keys().slice(2), ['key-two'], 'the other model does not try the dead key');
});

test('a chosen model that is benched or at its limit is reported with the reason, also in a dry run', async (t) => {
  const lab = await startKeyedProvider(t);
  const of = (id: string, usd: number) => ({ id, family: id, price: { input: usd, output: usd } });
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-one' },
        other: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-two' },
      },
      models: [of(model, 1), of('other/m', 2)],
      deployments: [{ model, rpm: 2 }],
      routing: { policy: 'cost', retries: 0, balance: { queueMs: 0 } },
    },
  });
  const chat = (headers: Record<string, string> = {}) =>
    post(gateway, '/v1/chat/completions', { ...ask(), model: 'auto' }, headers);
  const asked = async () => {
    const reply = await chat();
    await reply.text();
    return [reply.headers.get('x-conclave-model'), reply.headers.get('x-conclave-warnings')];
  };
  assert.deepEqual(await asked(), [model, null]);
  assert.deepEqual(await asked(), [model, null]);
  const full = 'lab/m has no capacity (2 requests a minute), so other/m is asked';
  assert.deepEqual(await asked(), ['other/m', full]);
  const dry = await chat({ 'x-conclave-dry-run': 'true' });
  const { model: next, warnings } = (await dry.json()) as { model: string; warnings: string[] };
  assert.deepEqual([next, warnings], ['other/m', [full]]);
});

test('a deployment entry that names an alias applies to the model behind it', async (t) => {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-one' } },
      models: [{ id: model }],
      aliases: { mine: model },
      deployments: [{ model: 'mine', rpm: 1 }],
      routing: { balance: { queueMs: 0 } },
    },
  });
  assert.equal((await send(gateway)).status, 200);
  assert.equal((await send(gateway)).status, 429);
});

test('a 429 without a retry time lasts until its headers say that the limit resets', async (t) => {
  for (const [reset, seconds] of [
    ['12s', '12'],
    // A mistake: no limit lasts longer than a day.
    ['999999h', '86400'],
  ] as const) {
    const { lab, gateway } = await before(t, []);
    lab.behave('key-one', {
      status: 429,
      headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': reset },
    });
    const refused = await send(gateway);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('retry-after'), seconds);
    assert.equal(lab.keys().length, 1, 'no retry before that');
  }
});

test('a call that alone exceeds a configured limit gets an error that says waiting does not help', async (t) => {
  const { lab, gateway } = await before(t, [{ model, tpm: 500 }]);
  const refused = await send(gateway, {}, 'word '.repeat(2_000));
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('x-should-retry'), 'false');
  assert.equal(refused.headers.get('retry-after'), null);
  assert.equal(lab.keys().length, 0);
});

import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { forwardClock } from '../support/forward-clock.ts';
import { lastRow, ledgerRow } from '../support/ledger-rows.ts';
import { startKeyedProvider, type KeyedProvider } from '../providers/keyed-provider.ts';
import { until } from '../support/until.ts';

/** The test's question in every client dialect. */
const dialects = {
  'chat completions': {
    path: '/v1/chat/completions',
    body: { max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] },
  },
  responses: { path: '/v1/responses', body: { max_output_tokens: 50, input: 'Hello' } },
  messages: {
    path: '/v1/messages',
    body: { max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] },
  },
} as const;

/** Three providers at one address, distinguished by their keys, from expensive to cheap; a fourth has no price. */
async function market(t: TestContext, config: Partial<ConfigInput> = {}) {
  const lab = await startKeyedProvider(t);
  const provider = (key: string) => ({
    dialect: 'openai-chat' as const,
    baseUrl: `${lab.url}/v1`,
    apiKey: `key-${key}`,
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        dear: provider('dear'),
        fair: provider('fair'),
        cheap: provider('cheap'),
        odd: provider('odd'),
      },
      models: [
        { id: 'dear/m', tier: 'workhorse', price: { input: 10, output: 20 } },
        { id: 'fair/m', tier: 'workhorse', price: { input: 3, output: 6 } },
        { id: 'cheap/m', tier: 'economy', price: { input: 0.1, output: 0.2 } },
        { id: 'odd/m' },
      ],
      deployments: [
        { model: 'dear/m', provider: 'fair', apiKey: 'key-fair', price: { input: 3, output: 6 } },
        { model: 'dear/m', provider: 'cheap', apiKey: 'key-cheap', price: { input: 0.1, output: 0.2 } },
      ],
      routing: { retries: 0 },
      ...config,
    },
  });
  return { lab, gateway };
}

type Market = { readonly lab: KeyedProvider; readonly gateway: TestGateway };
const chat = dialects['chat completions'];
const send = ({ gateway }: Market, wishes: object, headers: Record<string, string> = {}) =>
  post(gateway, chat.path, { ...chat.body, ...wishes }, headers);
/** Holds a reply back for as long as the test runs. */
const never = new Promise<void>(() => undefined);

/** Sends a request that this key answers after `tookMs`, as the mocked `Date` has it. */
async function answeredAfter(
  t: TestContext,
  market: Market,
  { key, tookMs }: { readonly key: string; readonly tookMs: number },
  wishes: object,
): Promise<void> {
  const held = Promise.withResolvers<void>();
  market.lab.behave(key, { until: held.promise });
  const before = market.lab.asked.length;
  const reply = send(market, wishes);
  await until(() => market.lab.asked.length > before, `the request with ${key}`);
  t.mock.timers.tick(tookMs);
  held.resolve();
  assert.equal((await reply).status, 200);
  market.lab.behave(key, {});
}

const messageOf = async (reply: Response) =>
  ((await reply.json()) as { error: { message: string } }).error.message;

for (const [name, { path, body }] of Object.entries(dialects)) {
  describe(`a client of ${name}`, () => {
    test('gets an answer from the next of its models when the first fails, and no routing field reaches a provider', async (t) => {
      const { lab, gateway } = await market(t);
      lab.behave('key-fair', { status: 500 });
      const wishes = {
        models: ['fair/m', 'cheap/m'],
        provider: { ignore: ['dear'] },
        usage: { include: true },
      };
      const reply = await post(gateway, path, { ...body, ...wishes });
      assert.equal(reply.status, 200, await reply.clone().text());
      assert.equal(reply.headers.get('x-conclave-model'), 'cheap/m');
      assert.deepEqual(lab.keys(), ['key-fair', 'key-cheap']);
      for (const asked of lab.asked) {
        assert.equal(asked.body['model'], 'm');
        for (const ours of ['models', 'provider', 'usage']) assert.ok(!(ours in asked.body), ours);
      }
    });

    test('finds the cost of the call in its usage', async (t) => {
      const { gateway } = await market(t);
      const reply = await post(gateway, path, { ...body, model: 'fair/m', usage: { include: true } });
      const { usage } = (await reply.json()) as { usage: { cost: number } };
      // 10 tokens at $3 and 5 at $6 a million.
      assert.equal(usage.cost, 0.00006);
      assert.equal(reply.headers.get('x-conclave-cost-usd'), '0.00006');
      const unknown = await post(gateway, path, { ...body, model: 'odd/m', usage: { include: true } });
      assert.equal(((await unknown.json()) as { usage: { cost: null } }).usage.cost, null);
    });

    test('may name twenty models, and prices as text', async (t) => {
      const { gateway } = await market(t);
      const wishes = {
        models: Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 'fair/m' : 'cheap/m')),
        provider: { max_price: { prompt: '5', completion: ' 7 ' } },
      };
      const reply = await post(gateway, path, { ...body, ...wishes });
      assert.equal(reply.status, 200, await reply.clone().text());
      assert.equal(reply.headers.get('x-conclave-model'), 'fair/m');
    });

    test('sees the decision of a dry run, and no provider is called, counted or billed', async (t) => {
      const { lab, gateway } = await market(t);
      const wishes = { model: 'dear/m', models: ['odd/m'], provider: { ignore: ['dear'] } };
      const reply = await post(gateway, path, { ...body, ...wishes }, { 'x-conclave-dry-run': 'true' });
      const decision = (await reply.json()) as {
        steps: { model: string; provider: string; estimated_cost_usd: number | null; healthy: boolean }[][];
        ruled_out: { model: string; rule: string }[];
        reserves_usd: number;
      };
      assert.deepEqual(
        decision.steps[0]?.map(({ model, provider }) => `${model} at ${provider}`),
        ['dear/m at fair', 'dear/m at cheap', 'odd/m at odd'],
      );
      assert.deepEqual(
        decision.ruled_out.map(({ model, rule }) => `${model}: ${rule}`),
        ['dear/m: provider'],
      );
      assert.ok((decision.steps[0]?.[0]?.estimated_cost_usd ?? 0) > 0 && decision.reserves_usd > 0);
      assert.equal(decision.steps[0]?.[2]?.estimated_cost_usd, null);
      assert.deepEqual(lab.keys(), []);
      assert.deepEqual(await gateway.app.ledger.recent({ limit: 5 }), []);
    });

    test('is told which field is unknown, with the probable spelling', async (t) => {
      const { gateway } = await market(t);
      for (const [wishes, told] of [
        [{ provider: { onyl: ['fair'] } }, /provider\.onyl is not supported.*"only"/],
        [{ provider: { only: ['fiar'] } }, /no provider "fiar"; did you mean .*fair/],
        [{ provider: { sort: 'beauty' } }, /provider\.sort must be "price" or "latency" or "throughput"/],
        [{ provider: { quantizations: ['fp8'] } }, /provider\.quantizations is not supported/],
        [{ provider: { max_price: { prompt: -1 } } }, /provider\.max_price\.prompt must be/],
        [{ provider: { max_price: { completion: 'abc' } } }, /provider\.max_price\.completion must be/],
        [{ provider: { max_price: { completion: ' ' } } }, /provider\.max_price\.completion must be/],
        [{ provider: { max_price: { request: '1e400' } } }, /provider\.max_price\.request must be/],
        [{ provider: { max_price: { promt: 1 } } }, /provider\.max_price\.promt is not supported.*"prompt"/],
        [{ models: [] }, /models must be a list of 1 to 20/],
        [{ models: Array.from({ length: 21 }, () => 'fair/m') }, /models must be a list of 1 to 20/],
        [{ models: ['fair/m', 'nonsense'] }, /no model "nonsense"/],
        [{ usage: { included: true } }, /usage\.included is not supported.*"include"/],
      ] as const) {
        const reply = await post(gateway, path, { ...body, model: 'fair/m', ...wishes });
        assert.ok(reply.status === 400 || reply.status === 404, JSON.stringify(wishes));
        assert.match(await messageOf(reply), told);
      }
      const reply = await post(gateway, path, { ...body, model: 'auto' }, { 'x-conclave-polcy': 'cost' });
      assert.equal(reply.status, 400);
      assert.match(
        await messageOf(reply),
        /There is no header x-conclave-polcy; did you mean "x-conclave-policy"/,
      );
    });
  });
}

test('a request refused by the first of a list of models goes to the next; without a list the refusal is the answer', async (t) => {
  const { lab, gateway } = await market(t);
  lab.behave('key-fair', { status: 400 });
  const listed = await send({ lab, gateway }, { models: ['fair/m', 'cheap/m'] });
  assert.equal(listed.headers.get('x-conclave-model'), 'cheap/m', await listed.text());
  assert.equal((await send({ lab, gateway }, { model: 'fair/m' })).status, 400);
});

test('a stream ends with its cost, relayed and translated, even if the client asked for no usage', async (t) => {
  const gateway = await startTestGateway(t);
  for (const model of ['openai/gpt-4o-mini', 'anthropic/claude-haiku-4-5']) {
    for (const [name, { path, body }] of Object.entries(dialects)) {
      const ask = { ...body, model, stream: true };
      const text = await (await post(gateway, path, { ...ask, usage: { include: true } })).text();
      const costs = [...text.matchAll(/"cost":([\d.e-]+)/g)];
      assert.equal(costs.length, 1, `${name} of ${model}: ${text.slice(-600)}`);
      const row = await lastRow(gateway);
      assert.equal(Number(costs[0]?.[1]), Number(row.cost) / 1e9, `${name} of ${model}`);
      const without = await (await post(gateway, path, ask)).text();
      assert.ok(!without.includes('"cost"'));
    }
  }
});

test('provider.order decides the order of providers, and allow_fallbacks: false limits them', async (t) => {
  const all = await market(t);
  all.lab.behave('key-cheap', { status: 500 });
  const wishes = { model: 'dear/m', provider: { order: ['cheap', 'fair'] } };
  assert.equal((await send(all, wishes)).status, 200);
  assert.deepEqual(all.lab.keys(), ['key-cheap', 'key-fair']);
  const alone = { model: 'dear/m', provider: { ...wishes.provider, allow_fallbacks: false } };
  assert.equal((await send(all, alone)).status, 502);
  assert.deepEqual(all.lab.keys().slice(2), ['key-cheap']);
});

test('if provider.order moves another model to the front, the reason says so', async (t) => {
  const all = await market(t);
  const reasonOf = async (provider: object) => {
    const reply = await send(all, { model: 'auto', provider });
    const row = await ledgerRow(all.gateway, reply);
    return [row.model, row.decision?.reason] as const;
  };
  const [usual = '', plain = ''] = await reasonOf({});
  const [model, reason] = await reasonOf({ order: ['odd'] });
  assert.equal(model, 'odd/m');
  assert.equal(reason, `odd/m by provider.order; without that ${plain}`);
  assert.deepEqual(await reasonOf({ order: [usual.split('/')[0]] }), [usual, plain]);
});

test('provider.sort by price uses the cheapest provider, and max_price excludes the expensive ones', async (t) => {
  const all = await market(t);
  await send(all, { model: 'dear/m', provider: { sort: 'price' } });
  await send(all, { model: 'dear/m', provider: { sort: 'price', ignore: ['cheap'] } });
  await send(all, { model: 'dear/m', provider: { max_price: { prompt: 1, completion: '1' } } });
  assert.deepEqual(all.lab.keys(), ['key-cheap', 'key-fair', 'key-cheap']);
});

test('provider.sort by latency uses the provider that has been fastest', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const all = await market(t);
  for (const [place, tookMs] of Object.entries({ dear: 120, fair: 60, cheap: 1 }))
    await answeredAfter(
      t,
      all,
      { key: `key-${place}`, tookMs },
      { model: 'dear/m', provider: { only: [place] } },
    );
  await send(all, { model: 'dear/m', provider: { sort: 'latency' } });
  await send(all, { model: 'dear/m', provider: { sort: { by: 'latency' }, ignore: ['cheap'] } });
  assert.deepEqual(all.lab.keys().slice(3), ['key-cheap', 'key-fair']);
});

test('for an open choice, models lists the models to choose from', async (t) => {
  const all = await market(t);
  const reply = await send(
    all,
    { model: 'auto', models: ['fair/m', 'cheap/m'] },
    { 'x-conclave-policy': 'cost' },
  );
  assert.equal(reply.headers.get('x-conclave-model'), 'cheap/m');
  const row = await ledgerRow(all.gateway, reply);
  assert.equal(row.decision?.policy, 'cost');
  assert.deepEqual(row.decision?.ranked.map(({ model }) => model).toSorted(), ['cheap/m', 'fair/m']);
});

test('require_parameters excludes models that would ignore an option', async (t) => {
  const all = await market(t);
  const hint = {
    model: 'fair/m',
    max_tokens: 50,
    messages: chat.body.messages,
    service_tier: 'standard_only',
    thinking: { type: 'disabled' },
  };
  const loose = await post(all.gateway, '/v1/messages', hint);
  assert.equal(loose.status, 200);
  assert.match(loose.headers.get('x-conclave-warnings') ?? '', /service_tier/);
  const strict = await post(all.gateway, '/v1/messages', { ...hint, provider: { require_parameters: true } });
  assert.equal(strict.status, 400);
  assert.match(await messageOf(strict), /requires a provider that supports anthropic-messages/);
});

test('a strict request that would lose an option is refused, and the error names the option', async (t) => {
  const all = await market(t);
  const headers = { 'x-conclave-strict': 'true' };
  const claude = { model: 'fair/m', max_tokens: 50, messages: chat.body.messages };
  for (const [member, body] of [
    ['top_k', { ...claude, top_k: 3 }],
    ['effort "max"', { ...claude, output_config: { effort: 'max' } }],
  ] as const) {
    const loose = await post(all.gateway, '/v1/messages', body);
    assert.equal(loose.status, 200);
    assert.ok(loose.headers.get('x-conclave-warnings')?.includes(member), member);
    const strict = await post(all.gateway, '/v1/messages', body, headers);
    assert.equal(strict.status, 400);
    const message = await messageOf(strict);
    assert.ok(message.includes(member), message);
  }
  const plain = await post(all.gateway, '/v1/messages', claude, headers);
  assert.equal(plain.status, 200, 'the request loses no option');
});

test('if filters leave no candidate, the error lists each candidate with the filter that excluded it', async (t) => {
  const all = await market(t);
  const reply = await send(all, {
    model: 'auto',
    provider: { only: ['fair', 'cheap'], max_price: { prompt: 0.01 } },
  });
  assert.equal(reply.status, 400);
  const message = await messageOf(reply);
  assert.match(message, /dear\/m: provider\.only does not name dear/);
  assert.match(message, /odd\/m: provider\.only does not name odd/);
  assert.match(message, /fair\/m[^;]*: its prompt price of \$3 is above provider\.max_price of \$0\.01/);
  assert.match(message, /cheap\/m[^;]*: its prompt price of \$0\.1 is above/);
});

test('a price ceiling on a model of unknown price is a warning, and a refusal for a strict request', async (t) => {
  const all = await market(t);
  const capped = { 'x-conclave-max-cost-usd': '0.01' };
  const reply = await send(all, { model: 'odd/m' }, capped);
  assert.equal(reply.status, 200);
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /the price of odd\/m is unknown, so the price ceiling was not enforced/,
  );
  const strict = await send(all, { model: 'odd/m' }, { ...capped, 'x-conclave-strict': 'true' });
  assert.equal(strict.status, 400);
  assert.match(await messageOf(strict), /odd\/m: its price is unknown/);
});

test('a named model above the ceiling is refused with both amounts, and no other model answers', async (t) => {
  const all = await market(t, { aliases: { best: 'dear/m' }, deployments: [] });
  const capped = { 'x-conclave-max-cost-usd': '0.000000001' };
  for (const model of ['dear/m', 'best']) {
    const reply = await send(all, { model }, capped);
    assert.equal(reply.status, 400);
    assert.match(
      await messageOf(reply),
      /dear\/m may cost \$0\.00\d+ \(up to \d+ tokens in and 50 out\), more than the ceiling of \$0\.000000001/,
    );
  }
  const open = await send(all, { model: 'auto' }, capped);
  assert.equal(open.status, 400);
  const message = await messageOf(open);
  assert.match(
    message,
    /the cheapest is cheap\/m, which may cost \$0\.000\d+ \(up to \d+ tokens in and 50 out\)/,
  );
  assert.match(message, /odd\/m: its price is unknown, so a price ceiling cannot be enforced/);
  assert.deepEqual(all.lab.asked, []);
  // With a list of its own, the caller allows other models to answer.
  const listed = await send(
    all,
    { model: 'dear/m', models: ['cheap/m'] },
    { 'x-conclave-max-cost-usd': '0.0005' },
  );
  assert.equal(listed.headers.get('x-conclave-model'), 'cheap/m');
});

test('a call that takes longer than x-conclave-max-latency-ms is abandoned', async (t) => {
  const all = await market(t);
  all.lab.behave('key-odd', { until: never });
  const reply = await send(all, { model: 'odd/m' }, { 'x-conclave-max-latency-ms': '150' });
  assert.equal(reply.status, 504);
  // Whichever timer fires first: the call's own, or that of its attempt, which had the remaining time.
  assert.match(await messageOf(reply), /total of 150 ms|did not begin to reply within \d+ ms/);
});

test("a rate limit that outlasts the caller's time limit is reported at once, with its end", async (t) => {
  const all = await market(t, { routing: { retries: 2 } });
  all.lab.behave('key-odd', { status: 429, headers: { 'retry-after': '9' } });
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  for (const stream of [false, true]) {
    const startedAt = performance.now();
    const reply = await send(all, { model: 'odd/m', stream }, { 'x-conclave-max-latency-ms': '8000' });
    assert.equal(reply.status, 429);
    assert.ok(Number(reply.headers.get('retry-after')) >= 8);
    assert.equal(reply.headers.get('x-conclave-attempts'), '1');
    assert.ok(performance.now() - startedAt < 8_000, 'long before its time limit');
  }
});

test("if a call's time ends in its second attempt, the error lists the first one too", async (t) => {
  const all = await market(t, { routing: { retries: 0 } });
  all.lab.behave('key-odd', { status: 500 });
  all.lab.behave('key-fair', { until: never });
  const forward = forwardClock(t);
  const asked = send(
    all,
    { models: ['odd/m', 'fair/m'], model: 'odd/m' },
    { 'x-conclave-max-latency-ms': '60000' },
  );
  await until(() => all.lab.asked.length === 2, 'the second attempt');
  forward(61_000);
  const reply = await asked;
  assert.equal(reply.status, 504);
  assert.equal(reply.headers.get('x-conclave-attempts'), '2');
  assert.match(await messageOf(reply), /1\. odd\/m: .*2\. fair\/m: /);
});

test('one slow whole answer does not exclude a model from streams or from calls that name it, but the caller gets a warning', async (t) => {
  const slow = { key: 'key-odd', tookMs: 90_000 };
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const all = await market(t);
  await answeredAfter(t, all, slow, { model: 'odd/m' });
  const patience = { 'x-conclave-max-latency-ms': '80000' };
  const streamed = await send(all, { model: 'odd/m', stream: true }, patience);
  assert.equal(streamed.status, 200);
  assert.match(await streamed.text(), /\[DONE\]/);
  assert.doesNotMatch(streamed.headers.get('x-conclave-warnings') ?? '', /lately/);
  const strict = await send(all, { model: 'odd/m' }, { ...patience, 'x-conclave-strict': 'true' });
  assert.equal(strict.status, 400);
  assert.match(
    await messageOf(strict),
    /its whole answer recently took about \d+ ms, and the limit is 80000 ms/,
  );
  const whole = await send(all, { model: 'odd/m' }, patience);
  assert.equal(whole.status, 200, await whole.clone().text());
  assert.match(whole.headers.get('x-conclave-warnings') ?? '', /odd\/m recently took about \d+ ms/);
});

test('an open choice goes to a model that recently met the latency limit, or to a slow one if there is no other', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const all = await market(t);
  await answeredAfter(t, all, { key: 'key-odd', tookMs: 90_000 }, { model: 'odd/m' });
  await answeredAfter(t, all, { key: 'key-cheap', tookMs: 1 }, { model: 'cheap/m' });
  const patience = { 'x-conclave-max-latency-ms': '80000' };
  const choice = { model: 'auto', provider: { only: ['odd', 'cheap'] } };
  const dry = await send(all, choice, { ...patience, 'x-conclave-dry-run': 'true' });
  const { ruled_out: out } = (await dry.json()) as { ruled_out: { model: string; rule: string }[] };
  assert.ok(out.some(({ model, rule }) => model === 'odd/m' && rule === 'latency'));
  const slow = await send(all, { model: 'auto', provider: { only: ['odd'] } }, patience);
  assert.equal(slow.status, 200, await slow.clone().text());
  assert.match(slow.headers.get('x-conclave-warnings') ?? '', /odd\/m recently took about/);
});

test("a whole answer that stalls is abandoned at the caller's time limit, even if requested as a stream", async (t) => {
  const { app, simulator } = await startTestGateway(t, { config: { routing: { retries: 0 } } });
  const principal = await app.keys.localPrincipal();
  for (const fault of ['stall,after=0', 'stall,after=1']) {
    simulator.setFault('anthropic', fault);
    const question = {
      request: {
        model: 'anthropic/claude-sonnet-5',
        stream: true,
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      },
      principal,
      surface: 'cli',
      limits: { maxLatencyMs: 500 },
      // Long before the provider's silence would end the call.
      signal: AbortSignal.timeout(20_000),
    } as const;
    await assert.rejects(
      app.calls.ask(question),
      /total of 500 ms|did not begin to reply within \d+ ms/,
      fault,
    );
  }
});

test('a provider that routes among providers itself is sent the preferences for them', async (t) => {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: { openrouter: { baseUrl: `${lab.url}/v1`, apiKey: 'key' } } },
  });
  const provider = { only: ['deepinfra/turbo'], quantizations: ['fp8'] };
  const reply = await post(gateway, chat.path, { ...chat.body, model: 'openrouter/some/model', provider });
  assert.equal(reply.status, 200, await reply.clone().text());
  assert.deepEqual(lab.asked[0]?.body['provider'], provider);
});

test('a field that only OpenRouter supports is a warning if another provider answers, and a refusal for a strict request', async (t) => {
  const [lab, router] = [await startKeyedProvider(t), await startKeyedProvider(t)];
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        openrouter: { baseUrl: `${router.url}/v1`, apiKey: 'key' },
        lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key' },
      },
    },
  });
  const provider = { quantizations: ['fp8'], allow_fallbacks: true };
  const ask = (body: object, headers = {}) =>
    post(gateway, chat.path, { ...chat.body, provider, ...body }, headers);
  const reply = await ask({ model: 'lab/m' });
  assert.equal(reply.status, 200);
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /"provider\.quantizations" was left out: lab does not support it/,
  );
  assert.equal(lab.asked[0]?.body['provider'], undefined);
  const routed = await ask({ model: 'openrouter/m' });
  assert.equal(routed.headers.get('x-conclave-warnings'), null);
  const strict = await ask({ model: 'lab/m' }, { 'x-conclave-strict': 'true' });
  assert.equal(strict.status, 400);
  assert.match(await strict.text(), /provider\.quantizations/);
});

test('an allow-list that matches no provider is reported, in the configuration and for a key', async (t) => {
  await assert.rejects(
    market(t, { routing: { allow: { providers: ['fiar'] } } }),
    /routing\.allow\.providers: there is no provider "fiar"; did you mean "fair"/,
  );
  const { gateway } = await market(t);
  await assert.rejects(
    gateway.app.keys.issue({ name: 'ci', budgets: [], allow: { providers: ['opnai'] } }),
    /allow\.providers: there is no provider "opnai"; did you mean "openai"\?/,
  );
  await gateway.app.keys.issue({ name: 'eu', budgets: [], allow: { providers: ['azure*', 'fair'] } });
});

test('routing.allow keeps every call within its providers and regions', async (t) => {
  const all = await market(t, {
    routing: { retries: 0, allow: { providers: ['fair', 'odd'] } },
  });
  assert.equal((await send(all, { model: 'dear/m' })).status, 200);
  assert.deepEqual(all.lab.keys(), ['key-fair']);
  const refused = await send(all, { model: 'cheap/m' });
  assert.equal(refused.status, 400);
  assert.match(await messageOf(refused), /its provider cheap is not allowed/);
});

test('a stream whose first byte takes longer than x-conclave-max-latency-ms is abandoned before its headers are sent', async (t) => {
  const all = await market(t);
  all.lab.behave('key-odd', { until: never });
  const reply = await send(all, { model: 'odd/m', stream: true }, { 'x-conclave-max-latency-ms': '150' });
  assert.equal(reply.status, 504);
});

test("the caller's time limit covers all attempts together: once it is exceeded, no further model is called", async (t) => {
  const all = await market(t);
  for (const key of ['dear', 'fair', 'cheap', 'odd']) all.lab.behave(`key-${key}`, { until: never });
  const wish = { model: 'auto', stream: true };
  const reply = await send(all, wish, { 'x-conclave-max-latency-ms': '150' });
  assert.equal(reply.status, 504);
  // A clock and a timer may disagree by a millisecond, which would allow one more attempt.
  assert.ok(all.lab.asked.length <= 2, `${all.lab.asked.length} were asked`);
});

test('a key tagged sensitive, in any spelling, is served only by local models', async (t) => {
  const all = await market(t, {
    providers: {
      home: { dialect: 'openai-chat', baseUrl: 'http://127.0.0.1:9/v1', local: true },
      fair: { dialect: 'openai-chat', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'key-fair' },
    },
    models: [{ id: 'home/m' }, { id: 'fair/m' }],
    deployments: [],
  });
  const { key } = await all.gateway.app.keys.issue({ name: 'law', budgets: [], tags: ['Sensitive '] });
  const reply = await post(
    { ...all.gateway, key },
    chat.path,
    { ...chat.body, model: 'auto' },
    {
      'x-conclave-dry-run': 'true',
    },
  );
  const decision = (await reply.json()) as {
    steps: { model: string }[][];
    ruled_out: { model: string; rule: string; reason: string }[];
  };
  assert.deepEqual(
    decision.steps.flat().map(({ model }) => model),
    ['home/m'],
  );
  assert.deepEqual(decision.ruled_out, [
    { model: 'fair/m', rule: 'data-policy', reason: 'only local models may see this call' },
  ]);
  const ask = (tags: string) =>
    post(
      all.gateway,
      chat.path,
      { ...chat.body, model: 'auto' },
      {
        'x-conclave-dry-run': 'true',
        'x-conclave-tags': tags,
      },
    ).then(async (told) => ((await told.json()) as { warnings: string[] }).warnings.join());
  assert.match(
    await ask('sensitiv'),
    /the tag "sensitiv" does not keep the call on this machine; use the tag "sensitive"/,
  );
  for (const tags of ['SENSITIVE', 'cost-sensitive, billing']) assert.equal(await ask(tags), '', tags);
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RoutedOutcome } from '../../src/core/stores/router-store.ts';
import { test } from 'node:test';
import { createApp } from '../../src/app.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import type { Change } from '../../src/core/routing/what-if.ts';
import { adviceText } from '../../src/surfaces/cli/commands/advise.ts';
import { replayText } from '../../src/surfaces/cli/commands/replay.ts';
import { tiersText } from '../../src/surfaces/cli/output/tiers-text.ts';
import { whatIfGateway, perCall } from '../support/what-if-gateway.ts';

type House = Awaited<ReturnType<typeof whatIfGateway>>;

const ways = ({ shifts }: { readonly shifts: readonly { from: string; to: string; calls: number }[] }) =>
  shifts.map(({ from, to, calls }) => `${from} > ${to} ${calls}`);

/** What-if questions to a gateway with a configuration that has changed since the calls. */
async function asked({ gateway, config }: House, changed: ConfigInput, change: Change) {
  const { app } = gateway;
  const later = await createApp({
    env: { CONCLAVE_HOME: app.home },
    cwd: app.home,
    config: { ...config, ...changed },
  });
  try {
    const { whatIf } = later.router;
    return {
      replay: await whatIf.replay(change),
      tiers: await whatIf.tiers({}),
      advice: await whatIf.advise({}),
    };
  } finally {
    await later.close();
  }
}

test('a moved call goes where its own key, or the call itself, would have sent it', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  const { app } = gateway;
  const { key } = await app.keys.issue({ name: 'thrifty', budgets: [], routing: { policy: 'cost' } });
  await call('auto', 3, {}, { key });
  await call('auto', 2, { 'x-conclave-policy': 'cost' });
  await call('auto', 1, { 'x-conclave-tier': 'frontier' });
  const outage = await app.router.whatIf.replay({ without: ['first'] });
  assert.deepEqual(ways(outage), ['first/small > second/small 5', 'first/big > second/big 1']);
  const rise = await app.router.whatIf.replay({ prices: ['first/small=x100'] });
  assert.deepEqual(ways(rise), ['first/small > second/small 5']);
  assert.equal(outage.wishesUnknown, 0);
  // Like rows of older versions.
  const database = new DatabaseSync(join(app.home, 'conclave.db'));
  database.exec("update calls set decision = json_remove(decision, '$.wishes')");
  database.close();
  const old = await app.router.whatIf.replay({ without: ['first'] });
  assert.equal(old.wishesUnknown, 6);
  assert.match(
    replayText(old),
    /the policy and tier of the request are unknown for 6 calls of an older version/,
  );
});

test('a model that a key may not use serves none of its calls, even by name, and cannot be pinned', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  const { app } = gateway;
  const { key } = await app.keys.issue({ name: 'team', budgets: [], models: ['first/*'] });
  await call('first/medium', 55, {}, { key });
  const { whatIf } = app.router;
  const gone = await whatIf.replay({ without: ['first'] });
  assert.deepEqual([gone.unserved, ways(gone)], [55, []]);
  assert.deepEqual(ways(await whatIf.replay({ without: ['first/medium'] })), [
    'first/medium > first/small 55',
  ]);
  assert.match((await whatIf.advise({})).bestPin?.model ?? '', /^first\//);
});

test('a key that allows only one provider has its calls served by no other', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  const { key } = await gateway.app.keys.issue({
    name: 'near',
    budgets: [],
    allow: { providers: ['first'] },
  });
  await call('auto', 2, {}, { key });
  const { unserved } = await gateway.app.router.whatIf.replay({ without: ['first'] });
  assert.equal(unserved, 2);
});

test('another policy, mode or quality is compared with what the calls did, whatever the configuration says now', async (t) => {
  const home = await whatIfGateway(t);
  await home.call('auto', 4);
  const change = { policy: 'cost' };
  const by = await home.gateway.app.router.whatIf.replay(change);
  assert.deepEqual(ways(by), ['first/medium > first/small 4']);
  const later = await asked(home, { routing: { policy: 'cost' } }, change);
  assert.deepEqual(later.replay.difference, by.difference);
  const { whatIf } = home.gateway.app.router;
  const best = await whatIf.replay({ quality: 1 });
  assert.ok(best.after.totalNanoUsd.value > best.before.totalNanoUsd);
  const economy = await whatIf.replay({ mode: 'economy' });
  assert.ok(economy.after.totalNanoUsd.value < best.after.totalNanoUsd.value);
  const { status, body } = await home.admin('/admin/replay?mode=economy');
  assert.equal(status, 200);
  assert.deepEqual((body as typeof economy).difference, economy.difference);
  await assert.rejects(whatIf.replay({ mode: 'cheap' as 'economy' }), /no mode "cheap"; known: economy/);
  await assert.rejects(whatIf.replay({ quality: 7 }), /quality must be a number above 0, at most 1; it is 7/);
  await assert.rejects(whatIf.replay({ policy: 'cost', mode: 'best' }), /cost does not support mode/);
  assert.equal((await home.admin('/admin/replay?mode=cheap')).status, 400);
});

test("a deployment's own price is used for what a call would cost there", async (t) => {
  const deployments = [{ model: 'second/medium', price: { input: 0.5, output: 0.5 } }];
  const { gateway, call } = await whatIfGateway(t, () => 'Well.', { more: { deployments } });
  await call('first/medium', 55);
  const outage = await gateway.app.router.whatIf.replay({ without: ['first'] });
  assert.equal(outage.after.totalNanoUsd.value, 55 * perCall(0.5));
  assert.equal(outage.before.totalNanoUsd, 55 * perCall(2));
  const pin = async () => (await gateway.app.router.whatIf.advise({})).bestPin?.model;
  assert.equal(await pin(), 'first/medium', 'nothing is known about the other one');
  for (let n = 0; n < 400; n += 1)
    gateway.app.router.learned.state.learn(judged(n % 2 ? 'first/medium' : 'second/medium', n));
  assert.equal(await pin(), 'second/medium');
});

test('calls of models that are no longer configured are left out, counted and named; a change to such a model is refused', async (t) => {
  const home = await whatIfGateway(t);
  await home.call('first/big', 3);
  await home.call('second/small', 2);
  const models = (home.config.models ?? []).filter(({ id }) => id !== 'first/big');
  const { replay, tiers, advice } = await asked(home, { models }, { prices: ['*/*=x2'] });
  const gone = [{ model: 'first/big', calls: 3, nanoUsd: 3 * perCall(10) }];
  assert.deepEqual([replay.calls, replay.leftOut, replay.gone], [2, 3, gone]);
  assert.equal(replay.after.totalNanoUsd.value, 2 * replay.before.totalNanoUsd);
  assert.deepEqual(replay.notes, [
    '--price */*=x2 also matches first/big, no longer configured: their calls are left out.',
  ]);
  for (const text of [replayText(replay), adviceText(advice)])
    assert.match(
      text,
      /left out, because their models are no longer configured: first\/big \(3 calls, \$0\.033\)/,
    );
  assert.match(replayText(replay), /note +--price/);
  assert.deepEqual([advice.gone, tiers.gone], [gone, gone]);
  const frontier = tiers.tiers.find(({ tier }) => tier === 'frontier');
  assert.deepEqual([tiers.calls, frontier?.nanoUsd], [5, 3 * perCall(10)], 'past costs stay');
  assert.match(tiersText(tiers), /^5 calls/);
  assert.equal(tiers.leftOut, 0, 'they count in their tier');
  const outage = await asked(home, { models }, { without: ['first'] });
  assert.match(outage.replay.notes.join(), /--without first also matches first\/big, no longer configured/);
  await assert.rejects(
    asked(home, { models }, { without: ['first/big'] }),
    /--without first\/big matches only models that are no longer configured \(first\/big\)/,
  );
});

test('a call that was cheaper than every offer of today was paid no premium', async (t) => {
  const small = { id: 'first/small', family: 'first', tier: 'economy' } as const;
  const models = (usd: number) => ({ models: [{ ...small, price: { input: usd, output: usd } }] });
  const home = await whatIfGateway(t, () => 'Well.', { more: models(0.001) });
  await home.call('first/small', 3);
  const { replay } = await asked(home, models(0.2), {});
  assert.equal(replay.before.totalNanoUsd, 3 * perCall(0.001));
  assert.deepEqual(replay.premium, { nanoUsd: 0, share: 0, elsewhere: [] });
});

/** Feedback on an answer: good in four of five. */
const judged = (model: string, n: number): RoutedOutcome => ({
  id: `${n}`,
  callId: `call ${n}`,
  at: Date.now() + n,
  kind: 'feedback',
  score: n % 10 < 8 ? 1 : 0,
  source: 's',
  keyId: `k${n % 9}`,
  model,
  tier: 'workhorse',
  tags: [],
});

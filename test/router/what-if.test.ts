import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createConclave } from '../../src/index.ts';
import type { Advice, ReplayReport, TierReport } from '../../src/core/routing/what-if.ts';
import type { RoutedOutcome } from '../../src/core/stores/router-store.ts';
import { replayText } from '../../src/surfaces/cli/commands/replay.ts';
import { conclave } from '../support/command-line.ts';
import type { Says } from '../providers/answering-provider.ts';
import { post } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { whatIfGateway, perCall } from '../support/what-if-gateway.ts';

const onePixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Feedback that an answer was good. */
const good = (model: string, n: number): RoutedOutcome => ({
  id: `${n}`,
  callId: `call ${n}`,
  at: Date.now() + n,
  kind: 'feedback',
  score: 1,
  source: 's',
  keyId: `k${n % 9}`,
  model,
  tier: 'economy',
  tags: [],
});

test('a change may name a model by an alias', async (t) => {
  const { gateway, call } = await whatIfGateway(t, undefined, {
    more: { aliases: { mine: 'first/medium' } },
  });
  await call('auto', 3);
  const { whatIf } = gateway.app.router;
  const without = await whatIf.replay({ without: ['mine'] });
  assert.deepEqual(without.change, { without: ['first/medium'] });
  assert.equal(without.after.totalNanoUsd.value, 3 * perCall(3));
  const dearer = await whatIf.replay({ prices: ['mine=+25%'] });
  assert.equal(dearer.after.totalNanoUsd.value, 3 * perCall(2.5));
  await assert.rejects(whatIf.replay({ without: ['yours'] }), /no provider, family or model has that name/);
});

test('an outage or a price rise is quantified: what it costs, and where work would go', async (t) => {
  const { gateway, call, lab, admin } = await whatIfGateway(t);
  await call('auto', 6);
  await call('first/big', 2);
  const paid = 6 * perCall(2) + 2 * perCall(10);
  const asked = lab.asked.length;
  const { whatIf } = gateway.app.router;

  const same = await whatIf.replay({});
  assert.deepEqual(
    [same.calls, same.before.totalNanoUsd, same.after.totalNanoUsd.value, same.shifts],
    [8, paid, paid, []],
  );

  const outage = await whatIf.replay({ without: ['first'] });
  assert.equal(outage.after.totalNanoUsd.value, 6 * perCall(3) + 2 * perCall(12));
  assert.deepEqual(
    outage.shifts.map(({ from, to, calls }) => [from, to, calls]),
    [
      ['first/medium', 'second/medium', 6],
      ['first/big', 'second/big', 2],
    ],
  );
  assert.ok(
    outage.after.quality.low < outage.after.quality.value &&
      outage.after.quality.value < outage.after.quality.high,
  );

  const rise = await whatIf.replay({ prices: ['first/*=+200%'] });
  assert.equal(
    rise.after.totalNanoUsd.value,
    6 * perCall(3) + 2 * perCall(30),
    'open calls move, a named model is kept',
  );

  const cheap = await whatIf.replay({ policy: 'cost' });
  assert.equal(cheap.after.totalNanoUsd.value, 8 * perCall(0.2));
  assert.ok(cheap.after.quality.value < cheap.before.quality.value, 'and the loss in quality is reported');

  assert.equal(lab.asked.length, asked, 'nobody was asked');
  const { body } = await admin('/admin/replay?without=first&price=second/*%3Dx2');
  assert.equal((body as ReplayReport).after.totalNanoUsd.value, 2 * (6 * perCall(3) + 2 * perCall(12)));
});

test('a cascade is one call: replayed, it goes to one model and is compared with the cost of all its steps', async (t) => {
  const { gateway, lab } = await whatIfGateway(t);
  const messages = [{ role: 'user', content: 'What is 6 times 7?' }];
  await post(gateway, '/v1/chat/completions', { model: 'cascade', messages, max_tokens: 100 });
  const report = await gateway.app.router.whatIf.replay({ policy: 'cost' });
  assert.equal(lab.asked.length, 2, 'two answers that agree are accepted');
  assert.equal(report.calls, 1);
  assert.equal(report.before.totalNanoUsd, perCall(0.2) + perCall(0.3));
  assert.equal(report.after.totalNanoUsd.value, perCall(0.2));
});

test('a cascade with a truncated last answer is replayed as the call it was, since a model did serve it', async (t) => {
  const { gateway, lab } = await whatIfGateway(t, (model) =>
    model === 'big' ? 'It is forty '.repeat(50) : `It is ${lab.asked.length}.`,
  );
  const messages = [{ role: 'user', content: 'What is 6 times 7?' }];
  await post(gateway, '/v1/chat/completions', { model: 'cascade', messages, max_tokens: 100 });
  const { ledger } = await gateway.store();
  const [row] = await ledger.sample({ since: 0, simulated: false, every: 1, without: [] });
  assert.equal(row?.verdicts?.at(-1)?.accepted, false);
  const report = await gateway.app.router.whatIf.replay({ policy: 'cascade' });
  assert.deepEqual([report.calls, report.unserved], [1, 0]);
  assert.equal(report.after.totalNanoUsd.value, report.before.totalNanoUsd);
});

test('classifying a call is not a call of its own, and its cost stays whichever model answers', async (t) => {
  const says: Says = (_, { messages }) =>
    /material to sort/.test(JSON.stringify(messages)) ? '{"task": "chat", "difficulty": 1}' : 'Well.';
  const classifier = { model: 'auto:economy', always: true };
  const { gateway, call } = await whatIfGateway(t, says, {
    more: { routing: { policy: 'tiered', classifier } },
  });
  await call('auto', 6);
  const { ledger } = await gateway.store();
  const { whatIf } = gateway.app.router;
  const paid = 6 * (perCall(2) + perCall(0.2));
  const costs = await ledger.costs({ since: 0, by: 'model' });
  assert.deepEqual([costs.calls, costs.totalNanoUsd, costs.nanoUsdPerSuccess], [6, paid, paid / 6]);
  const { calls, before, after } = await whatIf.replay({ mode: 'best' });
  assert.deepEqual([calls, before.totalNanoUsd], [6, paid]);
  assert.equal(after.totalNanoUsd.value, 6 * (perCall(10) + perCall(0.2)));
  const elsewhere = await whatIf.replay({ prices: ['second/big=x2'] });
  assert.deepEqual([elsewhere.after.totalNanoUsd.value, elsewhere.shifts], [paid, []]);
  const { tiers } = await whatIf.tiers({});
  assert.deepEqual(
    tiers.map((share) => [share.tier, share.calls]),
    [
      ['frontier', 0],
      ['workhorse', 6],
      ['economy', 0],
    ],
  );
});

test('an answer accepted by a cascade has the quality estimated then, and advice does not drop the check', async (t) => {
  const { gateway, call } = await whatIfGateway(t, () => 'The answer is 42.');
  await call('cascade', 55, { 'x-conclave-task': 'math' });
  const { ledger } = await gateway.store();
  const { whatIf } = gateway.app.router;
  const rows = await ledger.sample({ since: 0, simulated: false, every: 1, without: [] });
  const chances = rows.flatMap(
    ({ verdicts }) => verdicts?.find(({ accepted }) => accepted)?.probability ?? [],
  );
  assert.equal(chances.length, 55);
  const expected = chances.reduce((sum, chance) => sum + chance, 0) / 55;
  const { before } = await whatIf.replay({});
  assert.ok(Math.abs(before.quality.value - expected) < 1e-9, `${before.quality.value}, not ${expected}`);
  const alone = await whatIf.replay({ policy: 'cost' });
  assert.ok(alone.difference.quality.value < 0, 'the cheap model alone is worse');
  const { bestPin } = await whatIf.advise({});
  assert.doesNotMatch(bestPin?.model ?? '', /small/);
});

test('calls that a change does not affect stay as they were: an empty change changes nothing', async (t) => {
  let answers = 40;
  const { gateway, call } = await whatIfGateway(t, () => `It is ${(answers += 1)}.`);
  await call('auto', 3);
  await call('second/medium', 2);
  // The cheap models disagree, so the strong one answers: the steps' verdicts are known and not estimated again.
  const messages = [{ role: 'user', content: 'What is 6 times 7?' }];
  await post(gateway, '/v1/chat/completions', { model: 'cascade', messages, max_tokens: 100 });
  // A conversation that stays with its model, although the table would send its next turn elsewhere.
  const talk = [
    ...messages,
    { role: 'assistant', content: '42' },
    { role: 'user', content: 'Thanks, more?' },
  ];
  await post(gateway, '/v1/chat/completions', { model: 'auto', messages: talk, max_tokens: 100 });
  const { whatIf } = gateway.app.router;
  const nothing = await whatIf.replay({ prices: ['first/*=+0%'] });
  assert.deepEqual(nothing.shifts, []);
  assert.equal(nothing.after.totalNanoUsd.value, nothing.before.totalNanoUsd);
  assert.deepEqual(nothing.difference, {
    nanoUsd: { value: 0, low: 0, high: 0 },
    quality: { value: 0, low: 0, high: 0 },
  });
  const rise = await whatIf.replay({ prices: ['first/big=x2'] });
  assert.equal(
    rise.difference.nanoUsd.value,
    perCall(2),
    'the cheap answers are as little accepted as then, and the other strong model is next',
  );
  const gone = await whatIf.replay({ without: ['first', 'second'] });
  assert.deepEqual(
    [gone.unserved, gone.unservedNanoUsd, gone.difference.nanoUsd.value],
    [gone.calls, gone.before.totalNanoUsd, 0],
    'an outage of everybody saves nothing',
  );
});

test('the premium is attributed to the pair that cost most, not to the one with most calls', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  const models = ['second/medium', 'second/medium', 'second/medium', 'first/big', 'first/big'];
  await Promise.all(models.map((model) => call(model, 10)));
  const { whatIf } = gateway.app.router;
  const { premium } = await whatIf.replay({});
  const saved = premium.elsewhere.map(({ beforeNanoUsd, afterNanoUsd }) => beforeNanoUsd - afterNanoUsd);
  assert.deepEqual(
    premium.elsewhere.map(({ from, calls }) => [from, calls]),
    [
      ['first/big', 20],
      ['second/medium', 30],
    ],
  );
  assert.ok((saved[0] ?? 0) > (saved[1] ?? 0));
  const { advice, days, todayNanoUsd } = await whatIf.advise({});
  const said = advice.find(({ about }) => about === 'premium')?.text ?? '';
  const [, part] = /\$([\d.]+) of it for first\/big instead of/.exec(said) ?? [];
  assert.ok(days < 1, 'a month is many times what these calls cost');
  const month = todayNanoUsd / (20 * perCall(10) + 30 * perCall(3));
  near(Number(part), ((saved[0] ?? 0) * month) / 1e9, 'a month');
});

test('simulated models are counted in tiers with the option that the error names', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'conclave-tiers-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const place = { folder: home, home };
  await writeFile(join(home, 'conclave.yaml'), 'routing: { policy: learned }');
  const [refused, tiers] = await Promise.all([
    conclave(['costs', '--tiers'], place),
    conclave(['costs', '--tiers', '--simulate'], place),
  ]);
  assert.match(refused.stderr, /--simulate/);
  assert.deepEqual([tiers.code, tiers.stderr], [0, '']);
  assert.match(tiers.stdout, /workhorse/);
});

test('advice never names a model that could not have done the work', async (t) => {
  const { gateway, call } = await whatIfGateway(t, () => 'Well.', {
    can: { medium: ['vision'], big: ['vision'], small: [] },
  });
  const image = { type: 'image_url', image_url: { url: onePixel } };
  await call('first/big', 55, {}, { more: [image] });
  const { bestPin, advice } = await gateway.app.router.whatIf.advise({});
  assert.notEqual(bestPin?.model, 'first/small');
  assert.ok(bestPin && ['first/medium', 'first/big', 'second/medium', 'second/big'].includes(bestPin.model));
  assert.match(advice.at(-1)?.text ?? '', /A month is extrapolated from 55 calls in .*minutes/u);
  const { savedNanoUsd, qualityDifference } = bestPin;
  assert.ok(savedNanoUsd.low <= savedNanoUsd.value && savedNanoUsd.value <= savedNanoUsd.high);
  assert.ok(qualityDifference.low <= qualityDifference.value);
  for (let n = 0; n < 100; n += 1) gateway.app.router.learned.state.learn(good('first/small', n));
  const { overspent } = await gateway.app.router.whatIf.tiers({});
  assert.equal(overspent.calls, 0, 'however good it is at other things');
});

test('calls above the replay limit are sampled evenly over the whole time, represent all of them, and the report says so', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  // The newest calls are the expensive ones, and few: a sample of only the newest would miss the rest.
  await call('auto', 4);
  await call('first/big', 1);
  const copies = 4_100;
  copyCalls(gateway.home, copies);
  const calls = 5 * copies;
  const paid = copies * (4 * perCall(2) + perCall(10));
  const replay = await gateway.app.router.whatIf.replay({ without: ['first'] });
  assert.deepEqual([replay.calls, replay.before.totalNanoUsd], [calls, paid]);
  assert.ok(replay.lookedAt < 20_000 && replay.lookedAt > 5_000, `${replay.lookedAt}`);
  const after = copies * (4 * perCall(3) + perCall(12));
  near(replay.after.totalNanoUsd.value, after, 'would be');
  assert.equal(
    replay.shifts.reduce((sum, shift) => sum + shift.calls, 0),
    calls,
  );
  const ofShifts = (member: 'beforeNanoUsd' | 'afterNanoUsd') =>
    replay.shifts.reduce((sum, shift) => sum + shift[member], 0);
  near(ofShifts('beforeNanoUsd'), paid, 'was');
  near(ofShifts('afterNanoUsd'), after, 'would be');
  const tiers = await gateway.app.router.whatIf.tiers({});
  assert.deepEqual(
    tiers.tiers.map(({ tier, calls: count, nanoUsd }) => [tier, count, nanoUsd]),
    [
      ['frontier', copies, copies * perCall(10)],
      ['workhorse', 4 * copies, 4 * copies * perCall(2)],
      ['economy', 0, 0],
    ],
    'counted, all of them',
  );
  const advice = await gateway.app.router.whatIf.advise({});
  // The copies begin ten days ago.
  near(advice.todayNanoUsd, paid * 3, 'a month');
  assert.match(
    replayText(replay),
    /^20500 calls since .*; \d+ of them, sampled evenly, were evaluated to represent all/,
  );
});

function near(value: number, expected: number, what: string): void {
  assert.ok(Math.abs(value / expected - 1) < 0.02, `${what}: ${value} for ${expected}`);
}

/** Copies every call the given number of times, spread over the last ten days, the most expensive last. */
function copyCalls(home: string, copies: number): void {
  const database = new DatabaseSync(join(home, 'conclave.db'));
  const columns = database
    .prepare('select name from pragma_table_info(?)')
    .all('calls')
    .map(({ name }) => String(name));
  const copied = columns.map((name) => {
    if (name === 'id') return "calls.id || '-' || n.value";
    if (name === 'started_at') return '? + n.value * ? + calls.cost / 1000000';
    return `calls.${name}`;
  });
  const tenDays = 10 * 86_400_000;
  database
    .prepare(
      `insert into calls (${columns.join()}) select ${copied.join()} from calls, (
        with recursive n(value) as (select 1 union all select value + 1 from n where value < ?) select value from n) n`,
    )
    .run(Date.now() - tenDays, tenDays / copies, copies - 1);
  database.close();
}

test('a call keeps the order of providers, the sort, the ceiling and the list of models that it asked for', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  const { whatIf } = gateway.app.router;
  const moves = async (change: object) => {
    const { shifts, unserved } = await whatIf.replay(change);
    return {
      moved: shifts.filter(({ from, to }) => from !== to).map(({ from, to }) => [from, to]),
      unserved,
    };
  };
  const none = { moved: [], unserved: 0 };
  await call('auto', 3, {}, { wishes: { provider: { order: ['second'] } } });
  assert.deepEqual(await moves({ without: ['first'] }), none, 'nothing was answered by the first');
  assert.deepEqual(await moves({ prices: ['first/*=x3'] }), none);
  await call('auto', 3, {}, { wishes: { provider: { sort: 'price' } } });
  assert.deepEqual(await moves({ prices: ['second/*=x3'] }), none);
  await call('auto', 2, {}, { wishes: { models: ['first/medium', 'first/big'] } });
  const { moved } = await moves({ policy: 'cost' });
  assert.deepEqual(
    moved.filter(([from]) => from === 'first/medium'),
    [],
  );
});

test('a model above the price ceiling of a call does not serve it in another world either', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  await call('auto', 3, { 'x-conclave-max-cost-usd': '0.0001' });
  const { unserved, shifts } = await gateway.app.router.whatIf.replay({
    without: ['first/small', 'second/small'],
  });
  assert.equal(unserved, 3, JSON.stringify(shifts));
});

test('advice names no model that is missing from the calls’ own lists, or costs more than their ceiling', async (t) => {
  const listed = await whatIfGateway(t);
  await listed.call('auto', 55, {}, { wishes: { models: ['second/medium', 'second/big'] } });
  const { bestPin } = await listed.gateway.app.router.whatIf.advise({});
  assert.match(bestPin?.model ?? '', /^second\//);

  const capped = await whatIfGateway(t);
  await capped.call('auto', 5, { 'x-conclave-max-cost-usd': '0.004' });
  // Dearer since, and not among those that the decisions ruled out.
  const prices = ['first/medium=x20', 'first/small=x20', 'first/big=x20'];
  const { shifts } = await capped.gateway.app.router.whatIf.replay({ prices, without: ['second'] });
  assert.deepEqual(
    shifts.filter(({ to }) => to === 'first/big'),
    [],
  );
});

test('a change without effect is refused with the valid values', async (t) => {
  const { gateway, admin } = await whatIfGateway(t);
  const wrong: [object, RegExp][] = [
    [{ without: ['frist'] }, /--without frist.*did you mean "first"/],
    [{ prices: ['first/*'] }, /is not a price change/],
    [{ prices: [`first/*=x${'9'.repeat(300)}`] }, /is not a price change/],
    [{ prices: ['nobody/*=x2'] }, /"nobody\/\*"/],
    [{ policy: 'magic' }, /no policy "magic"; known/],
    [{ policy: 'csot' }, /no policy "csot"; did you mean "cost"/],
  ];
  for (const [change, message] of wrong)
    await assert.rejects(gateway.app.router.whatIf.replay(change), { code: 'invalid_request', message });
  assert.equal((await admin('/admin/replay?policy=magic')).status, 400);
  for (const slip of ['replay?witout=first', 'advise?sinse=1d', 'tiers?by=x'])
    assert.equal((await admin(`/admin/${slip}`)).status, 400, slip);
  assert.equal((await fetch(`${gateway.url}/admin/advise`)).status, 401);
});

test('advice says when one model would be enough, and when there is too little data', async (t) => {
  const { gateway, call, admin } = await whatIfGateway(t);
  await call('auto', 10);
  const early = await gateway.app.router.whatIf.advise({});
  assert.match(early.advice[0]?.text ?? '', /10 calls are too few/);
  await call('auto', 45);
  const { body } = await admin('/admin/advise');
  const advice = body as Advice;
  assert.equal(advice.bestPin?.model, 'first/medium');
  assert.match(
    advice.advice[0]?.text ?? '',
    /Routing sends everything here to one model, first\/medium: pinning it would change nothing today/,
  );
});

test('advice does not recommend a model for work that it never did, because of what it did at other work', async (t) => {
  const rules = [{ name: 'hard', when: { tag: 'hard' }, use: 'first/big' }];
  const { gateway, call } = await whatIfGateway(t, undefined, {
    more: { routing: { policy: 'cost', rules, exploration: 0 } },
  });
  await call('auto', 30, { 'x-conclave-task': 'classification' });
  await call('auto', 30, { 'x-conclave-task': 'debugging', 'x-conclave-tags': 'hard' });
  const { learned, whatIf } = gateway.app.router;
  const bad = { ...good('first/big', 0), score: 0, tier: 'frontier', task: 'debugging' } as const;
  for (let n = 0; n < 40; n += 1) learned.state.learn({ ...bad, callId: `${n}`, keyId: `k${n % 9}` });
  const { bestPin } = await whatIf.advise({});
  // What the small model classified makes its prior at debugging no better founded.
  assert.doesNotMatch(bestPin?.model ?? '', /small|medium/);
});

test('a single model that is better and more expensive than the mix is no measure of what routing saves', async (t) => {
  const rules = [{ name: 'hard', when: { tag: 'hard' }, use: 'first/big' }];
  const { gateway, call } = await whatIfGateway(t, undefined, {
    more: { routing: { policy: 'cost', rules, exploration: 0 } },
  });
  const debugging = { 'x-conclave-task': 'debugging' };
  await call('auto', 54, debugging);
  await call('auto', 6, { ...debugging, 'x-conclave-tags': 'hard' });
  const { bestPin, advice } = await gateway.app.router.whatIf.advise({});
  assert.equal(bestPin?.model, 'first/big');
  assert.ok(bestPin.savedNanoUsd.value > 0 && bestPin.qualityDifference.value > 0.01);
  assert.match(
    advice[0]?.text ?? '',
    /No single model does as well for less: the cheapest, first\/big, would cost \$[\d.]+ a month more \(.*\), with \+\d+\.\d points/,
  );
});

test('if every call names its model, advice says what the router would do with them, and not that routing costs something', async (t) => {
  const { gateway, call, admin } = await whatIfGateway(t);
  await call('first/big', 60, { 'x-conclave-task': 'classification' });
  const { whatIf } = gateway.app.router;
  const { body } = await admin('/admin/advise');
  const { open, leftToRouter, advice, bestPin } = body as Advice;
  assert.deepEqual([open, leftToRouter?.policy, leftToRouter?.calls], [0, 'tiered', 60]);
  const { difference } = await whatIf.replay({ policy: 'tiered' });
  assert.ok(leftToRouter && difference.nanoUsd.value < 0);
  const { value } = leftToRouter.qualityDifference;
  assert.ok(Math.abs(value - difference.quality.value) < 1e-9);
  const share = leftToRouter.savedNanoUsd.value / leftToRouter.nowNanoUsd;
  assert.ok(Math.abs(share - 0.98) < 1e-6, `${share}`);
  const texts = advice.map(({ text }) => text).join('\n');
  assert.match(texts, /None of the 60 calls left the choice/);
  assert.match(texts, /60 calls .* as model auto \(policy tiered\): \$[\d.]+ less \(.*, with -\d\.\d points/);
  assert.doesNotMatch(texts, /more than it saves/);
  assert.deepEqual([bestPin?.model, bestPin?.savedNanoUsd.value], ['first/big', 0]);
});

test('calls that name their model are not a cost of routing: advice compares the pin with open calls', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  await call('auto', 55);
  const { bestPin: alone } = await gateway.app.router.whatIf.advise({});
  await call('first/big', 20);
  const { bestPin, open, leftToRouter, advice } = await gateway.app.router.whatIf.advise({});
  assert.deepEqual([bestPin?.model, bestPin?.savedNanoUsd.value], [alone?.model, 0]);
  assert.deepEqual([open, leftToRouter?.calls], [55, 20]);
  assert.match(advice.map(({ text }) => text).join(), /The 20 calls that named their model/);
});

test('tier discipline: shares compared with the guide, and frontier calls that economy would have served', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  await call('auto', 4, { 'x-conclave-task': 'chat' });
  await call('first/big', 4, { 'x-conclave-task': 'formatting' });
  await call('first/small', 2);
  // A hundred good formatting answers by the small model: it does them as well.
  for (let n = 0; n < 100; n += 1)
    gateway.app.router.learned.state.learn({ ...good('first/small', n), task: 'formatting' });
  const report = await gateway.app.router.whatIf.tiers({});
  assert.deepEqual(
    report.tiers.map(({ tier, calls, callShare, verdict }) => [tier, calls, callShare, verdict]),
    [
      ['frontier', 4, 0.4, 'above'],
      ['workhorse', 4, 0.4, undefined],
      ['economy', 2, 0.2, undefined],
    ],
  );
  assert.equal(report.overspent.calls, 4);
  assert.deepEqual(
    [report.overspent.nanoUsd, report.overspent.economyNanoUsd],
    [4 * perCall(10), 4 * perCall(0.2)],
  );
  assert.equal(report.overspent.examples[0]?.instead, 'first/small');
});

test('simple work that named a frontier model is overspending, unless outcomes count against every economy model', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  await call('first/big', 6, { 'x-conclave-task': 'classification' });
  await call('first/big', 2, { 'x-conclave-task': 'math' });
  const overspent = async () => (await gateway.app.router.whatIf.tiers({})).overspent;
  const { calls, nanoUsd, examples } = await overspent();
  assert.deepEqual([calls, nanoUsd], [6, 6 * perCall(10)]);
  assert.deepEqual([examples[0]?.task, examples[0]?.instead], ['classification', 'first/small']);
  const fails = (model: string) => {
    for (let n = 0; n < 60; n += 1)
      gateway.app.router.learned.state.learn({ ...good(model, n), task: 'classification', score: 0 });
  };
  fails('first/small');
  assert.equal((await overspent()).examples[0]?.instead, 'second/small');
  fails('second/small');
  assert.equal((await overspent()).calls, 0);
});

test('the command line and the library give the same reports', async (t) => {
  const { gateway, call, config, lab } = await whatIfGateway(t);
  await call('auto', 3);
  await call('cascade', 1);
  const place = { folder: gateway.home, home: gateway.home };
  const replay = await conclave(['replay', '--without', 'first', '--json'], place);
  assert.equal(replay.code, 0, replay.stderr);
  assert.ok((JSON.parse(replay.stdout) as ReplayReport).calls >= 4);
  const text = await conclave(['replay', '--price', 'first/*=+200%'], place);
  assert.match(text.stdout, /paid +\$[\d.]+, expected quality [\d.]+ % \(.*\nwould be[\s\S]*first\/medium/);
  const tiers = await conclave(['costs', '--tiers', '--json'], place);
  assert.ok((JSON.parse(tiers.stdout) as TierReport).tiers.length >= 3);
  assert.match(
    (await conclave(['costs', '--tiers'], place)).stdout,
    /70 % to 80 %[\s\S]*no shares are within all three/,
  );
  assert.match((await conclave(['advise'], place)).stdout, /too few for advice/);
  const asked = lab.asked.length;
  await writeFile(join(gateway.home, 'note.txt'), 'long '.repeat(2000));
  const tagged = await conclave(['route', '--tag', 'red', '--tag', 'blue', 'Sum this up'], place);
  assert.equal(tagged.code, 0, 'a prompt after a tag is not a tag');
  const swallowed = await conclave(['route', '--file', 'note.txt', 'Sum this up'], place);
  assert.match(swallowed.stderr, /--file Sum this up cannot be read.*a prompt stands before its files/u);
  const routed = await conclave(['route', '--file', 'note.txt', '--json', 'Sum this up'], place);
  assert.equal(routed.code, 0, routed.stderr);
  const decision = JSON.parse(routed.stdout) as { inputTokens: number; steps: { model: string }[][] };
  assert.ok(decision.inputTokens > 2000);
  assert.match(decision.steps[0]?.[0]?.model ?? '', /^first\//);
  const cascade = await conclave(['route', '-m', 'cascade', 'What is 6 times 7?'], place);
  assert.match(cascade.stdout, /step 1[\s\S]*first\/small[\s\S]*step 3[\s\S]*first\/big/);
  const capped = await conclave(['route', '--max-cost-usd', '0.000001', 'Hi'], place);
  assert.notEqual(capped.code, 0);
  assert.match(capped.stderr, /first\/medium.*: it may cost more than the ceiling of \$0\.000001/);
  assert.equal(lab.asked.length, asked, 'nobody was asked');

  const library = await createConclave({ config, home: gateway.home });
  t.after(() => library.close());
  assert.equal((await library.route({ prompt: 'Hi' })).steps[0]?.[0]?.model, 'first/medium');
  assert.ok((await library.replay({ without: ['second'] })).calls >= 4);
  assert.ok((await library.advise()).advice.length > 0);
});

test('policies that use latency are replayed with the latencies of these calls, and models without any are named', async (t) => {
  const slow: Record<string, number> = { small: 400, medium: 5, big: 300 };
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const url = await startLocalServer(t, async (request, response) => {
    const { model } = JSON.parse(await readText(request)) as { model: string }; // written by our own gateway
    t.mock.timers.tick(slow[model] ?? 0);
    const message = { role: 'assistant', content: 'Well.' };
    const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ id: 'c', model, choices: [{ index: 0, message, finish_reason: 'stop' }], usage }),
    );
  });
  const lab = { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } as const;
  const { gateway, call } = await whatIfGateway(t, () => 'Well.', {
    more: { providers: { first: lab, second: lab } },
  });
  for (const model of ['small', 'big', 'medium']) await call(`first/${model}`, 3);
  const { after, notes } = await gateway.app.router.whatIf.replay({ policy: 'latency' });
  assert.equal(after.totalNanoUsd.value, 9 * perCall(2), 'all go to the fastest model');
  assert.match(notes.join(), /no measured wait for second\/big, second\/medium, second\/small,/);
  assert.deepEqual((await gateway.app.router.whatIf.replay({ policy: 'cost' })).notes, []);
});

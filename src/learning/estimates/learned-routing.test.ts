import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoutedOutcome, RouterSnapshot, RouterStore } from '../../core/stores/router-store.ts';
import { sampleCandidates } from '../../../test/support/policy-candidates.ts';
import { turnsOf } from '../../../test/support/turns-of.ts';
import { until } from '../../../test/support/until.ts';
import { learnedRouting } from './learned-routing.ts';

const outcome = (n: number, more: Partial<RoutedOutcome> = {}): RoutedOutcome => ({
  id: `o${String(n).padStart(6, '0')}`,
  callId: `req_${n}`,
  at: 1_000,
  kind: 'feedback',
  score: 0,
  source: 'key',
  keyId: 'key',
  model: 'lab/one',
  tags: [],
  ...more,
});

/** A database with outcomes but no snapshot. */
function holding(rows: readonly RoutedOutcome[]): RouterStore {
  return {
    outcomes: async ({ since, after, limit }) =>
      rows
        .filter(
          ({ at, id }) => at >= since && (!after || at > after.at || (at === after.at && id > after.id)),
        )
        .slice(0, limit),
    calls: async () => [],
    addSnapshot: async () => true,
    snapshots: async () => [],
    snapshot: async () => undefined,
    pinned: async () => undefined,
    pin: async () => undefined,
  };
}

test('learns all outcomes, however many have the same timestamp', async () => {
  const rows = Array.from({ length: 2_500 }, (_, n) => outcome(n));
  // The last ones concern another model: a reader that stops at the first page misses it.
  const late = Array.from({ length: 200 }, (_, n) => outcome(5_000 + n, { model: 'lab/two' }));
  const learned = learnedRouting({
    store: holding([...rows, ...late]),
    now: () => 1_000,
    warn: (message) => assert.fail(message),
  });
  await learned.refresh();
  await learned.refresh();
  const { mean, weight } = learned.state.learner.estimate({ model: 'lab/two', base: 0.9 });
  assert.ok(mean < 0.4, `${mean}`);
  assert.ok(weight > 100 && weight <= 200, 'each is learned once');
});

test('a process that read an outcome before its change routes like one that reads it afterwards', async () => {
  let rows: RoutedOutcome[] = Array.from({ length: 30 }, (_, n) => outcome(n, { at: 1_000 + n }));
  const process = () =>
    learnedRouting({
      store: { ...holding([]), outcomes: (options) => holding(rows).outcomes(options) },
      now: () => 60_000,
      warn: assert.fail,
    });
  const [early, late] = [process(), process()];
  await early.refresh();
  rows = rows.map((row, n) => ({ ...row, id: `p${n + 10}`, score: 1, at: 20_000 + n, firstAt: row.at }));
  await early.refresh();
  await late.refresh();
  assert.deepEqual(early.state.snapshot(), late.state.snapshot());
  const { mean } = early.state.learner.estimate({ model: 'lab/one', base: 0.8 });
  assert.ok(mean > 0.85, `${mean}`);
});

test('the chances of a list are those of its models, for each kind of work, and change with new outcomes', async () => {
  const rows: RoutedOutcome[] = [];
  const learned = learnedRouting({ store: holding(rows), now: () => 1_000, warn: assert.fail });
  const kinds = [
    { tags: [] },
    { task: 'math', difficulty: 0.2, tags: [] },
    { task: 'math', difficulty: 0.9, tags: ['project:x'] },
  ] as const;
  const chances = () =>
    kinds.map((work) => {
      const { of, ofAll } = learned.qualityOf(work);
      const said = [...(ofAll?.(sampleCandidates) ?? [])];
      assert.deepEqual(
        said,
        sampleCandidates.map(({ model }) => of(model)),
      );
      assert.deepEqual(
        [...(ofAll?.(sampleCandidates.slice(1, 3)) ?? [])],
        said.slice(1, 3),
        'another list of the same models',
      );
      return said;
    });
  const before = chances();
  assert.deepEqual(chances(), before);
  assert.notDeepEqual(before[1], before[2]);
  const model = sampleCandidates[0]?.model.id ?? '';
  rows.push(...Array.from({ length: 50 }, (_, n) => outcome(n, { model, task: 'math' })));
  await learned.refresh();
  const [, after] = chances();
  assert.ok((after?.[0] ?? 1) < (before[1]?.[0] ?? 0), 'it has failed since');
});

test('chances return to the priors as outcomes age, but not those of a pinned version', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => outcome(n, { task: 'math' }));
  let now = 1_000;
  let pinned: number | undefined;
  let kept: RouterSnapshot | undefined;
  const store: RouterStore = {
    ...holding(rows),
    addSnapshot: async (snapshot) => Boolean((kept = snapshot)),
    snapshots: async () => (kept ? [kept] : []),
    snapshot: async () => kept,
    pinned: async () => pinned,
    pin: async (version) => void (pinned = version),
  };
  const learned = learnedRouting({ store, now: () => now, warn: assert.fail });
  const model = { ...(sampleCandidates[0]?.model ?? assert.fail()), id: 'lab/one' };
  const chance = () => learned.estimatesOf({ task: 'math', tags: [] }).of(model).mean;
  const prior = chance();
  await learned.refresh();
  const learnt = chance();
  assert.ok(learnt < prior - 0.3, `${learnt}`);
  const version = await learned.versions.take('then');
  now += 365 * 24 * 3_600_000;
  await learned.refresh();
  assert.ok(Math.abs(chance() - prior) < 0.01, `${chance()}`);
  await learned.versions.pin(version);
  assert.equal(chance(), learnt);
});

test('estimates of a kind of work stay cached until something is learned, and many other kinds do not block new ones', async () => {
  const rows: RoutedOutcome[] = [];
  const learned = learnedRouting({ store: holding(rows), now: () => 1_000, warn: assert.fail });
  await learned.refresh();
  const math = () => learned.qualityOf({ task: 'math', tags: [] });
  const known = math();
  learned.qualityOf({ task: 'chat', tags: [] });
  await learned.refresh();
  assert.equal(math(), known, 'nothing was learned');
  rows.push(outcome(1, { task: 'math' }));
  await learned.refresh();
  assert.notEqual(math(), known);
  for (let n = 0; n < 1_000; n++) learned.qualityOf({ task: 'chat', tags: [`project:${n}`] });
  const later = math();
  learned.qualityOf({ task: 'chat', tags: [] });
  assert.equal(math(), later);
});

test('the first look happens once, and loads what was learned before the process started', async () => {
  const rows = Array.from({ length: 30 }, (_, n) => outcome(n));
  let looks = 0;
  const store: RouterStore = {
    ...holding([]),
    async outcomes(options) {
      looks += 1;
      return holding(rows).outcomes(options);
    },
  };
  const learned = learnedRouting({ store, now: () => 1_000, warn: assert.fail });
  assert.equal(learned.isRecent, false);
  await Promise.all([learned.look(), learned.look()]);
  assert.deepEqual([learned.isRecent, looks], [true, 1]);
  assert.ok(learned.state.learner.estimate({ model: 'lab/one', base: 0.9 }).mean < 0.8);
});

test('a ledger that takes long to learn delays the first call no longer than it may, and is then learned in the background', async () => {
  const warnings: string[] = [];
  const rows = Array.from({ length: 6_000 }, (_, n) =>
    outcome(n, { at: 1_000 + n, model: n < 5_000 ? 'lab/one' : 'lab/two' }),
  );
  const learned = learnedRouting({
    store: holding(rows),
    now: () => 10_000,
    warn: (message) => void warnings.push(message),
    firstLookMs: 1,
  });
  await learned.look();
  assert.match(warnings[0] ?? '', /still being read after 1 ms/);
  const known = () => learned.state.learner.estimate({ model: 'lab/two', base: 0.9 }).weight;
  assert.equal(known(), 0);
  assert.ok(learned.isRecent, 'the next calls do not wait');
  const turns = await turnsOf(() => learned.refresh());
  assert.ok(turns > 100, `${turns} turns`);
  assert.ok(known() > 100);
});

test('the first call after a rest is routed by what was learned meanwhile, and waits no longer than it may', async () => {
  const rows: RoutedOutcome[] = [];
  let time = 0;
  let hang = false;
  const store: RouterStore = {
    ...holding(rows),
    snapshots: () => (hang ? new Promise(() => undefined) : Promise.resolve([])),
  };
  const learned = learnedRouting({ store, now: () => time, warn: assert.fail, lookMs: 10 });
  await learned.look();
  time += 4_000;
  assert.ok(learned.isRecent);
  time += 3_600_000;
  rows.push(...Array.from({ length: 30 }, (_, n) => outcome(n, { at: 3_000_000 })));
  assert.ok(!learned.isRecent);
  await learned.look();
  assert.ok(learned.state.learner.estimate({ model: 'lab/one', base: 0.9 }).mean < 0.8);
  time += 3_600_000;
  hang = true;
  await learned.look();
  assert.ok(learned.isRecent, 'no other call waits for the same answer');
});

test('no call of a busy process waits: it refreshes in the background', async () => {
  let time = 0;
  const learned = learnedRouting({ store: holding([]), now: () => time, warn: assert.fail });
  await learned.look();
  for (let calls = 0; calls < 100; calls += 1) {
    time += 500;
    assert.ok(learned.isRecent, `after ${time} ms`);
    learned.qualityOf({ tags: [] });
    await new Promise(setImmediate);
  }
});

test('of the versions that are saved every so often only the latest are kept, and all that somebody saves', async () => {
  const saved: [label: string, keepLatest: number | undefined][] = [];
  const rows = Array.from({ length: 2_000 }, (_, n) => outcome(n));
  const store: RouterStore = {
    ...holding(rows),
    addSnapshot: async ({ label }, keepLatest) => Boolean(saved.push([label, keepLatest])),
  };
  const learned = learnedRouting({ store, now: () => 1_000, warn: assert.fail });
  await learned.refresh();
  await learned.versions.take('mine');
  assert.deepEqual(saved, [
    ['every so often', 20],
    ['mine', undefined],
  ]);
});

test('a process whose clock was set back still looks for news', async () => {
  const rows: RoutedOutcome[] = [];
  let time = 3_600_000;
  const learned = learnedRouting({ store: holding(rows), now: () => time, warn: assert.fail });
  await learned.refresh();
  time = 0;
  rows.push(...Array.from({ length: 30 }, (_, n) => outcome(n)));
  learned.qualityOf({ tags: [] });
  await until(() => learned.state.learner.estimate({ model: 'lab/one', base: 0.9 }).mean < 0.8, 'the news');
});

test('a first look that takes too long or fails delays no call, and logs a warning', async () => {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const never: RouterStore = { ...holding([]), snapshots: () => new Promise(() => undefined) };
  const slow = learnedRouting({ store: never, now: () => 1_000, warn, firstLookMs: 1 });
  await slow.look();
  const lost: RouterStore = { ...holding([]), snapshots: async () => assert.fail('gone') };
  const broken = learnedRouting({ store: lost, now: () => 1_000, warn });
  await broken.look();
  assert.deepEqual([slow.isRecent, broken.isRecent], [true, true]);
  assert.match(warnings[0] ?? '', /still being read after 1 ms/);
  assert.match(warnings[1] ?? '', /cannot be read: .*gone/);
});

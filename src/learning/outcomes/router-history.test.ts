import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { turnsOf } from '../../../test/support/turns-of.ts';
import type { RoutedOutcome } from '../../core/stores/router-store.ts';
import { tierPriorAt } from '../../core/routing/quality/success-prior.ts';
import { isTaskType } from '../../core/task.ts';
import { quantise } from '../models/linear-model.ts';
import type { LearnedState } from './online-learner.ts';
import { promptResidual } from '../models/prompt-residual.ts';
import { changeable, restoredHistory, routerHistory, type RouterHistory } from './router-history.ts';
import type { RouterState } from './router-state.ts';
import { stateLayout } from './stored-history.ts';
import { storedTraining } from './stored-training.ts';
import { readSuccessWorths } from '../models/success-worths.ts';

const hour = 3_600_000;

const word = (call: number, score: number, more: Partial<RoutedOutcome> = {}): RoutedOutcome => ({
  id: `${call} ${score}`,
  callId: `req_${call}`,
  at: call,
  kind: 'feedback',
  score,
  source: 'k',
  keyId: 'k',
  model: 'lab/big',
  tier: 'workhorse',
  task: 'chat',
  tags: [],
  ...more,
});

const many = (count: number, score: number, more: Partial<RoutedOutcome> = {}, from = 0) =>
  Array.from({ length: count }, (_, n) => word(from + n, score, more));

/** The same feedback given again later: another row at another time, replacing the first. */
const instead = (outcomes: readonly RoutedOutcome[], score: number, at: number) =>
  outcomes.map((one) => ({ ...one, id: `${one.id} then ${score}`, score, at, firstAt: one.at }));

const stored = (history: RouterHistory) => ({
  version: 1,
  layout: stateLayout,
  state: JSON.parse(JSON.stringify(history.snapshot())),
});

const restored = (history: RouterHistory) => restoredHistory(stored(history), assert.fail);

const chance = ({ state }: { readonly state: RouterState }, task = 'chat') =>
  state.learner.estimate({
    model: 'lab/big',
    task,
    base: tierPriorAt('workhorse', isTaskType(task) ? task : undefined),
  }).mean;

const learned = (history: RouterHistory) => JSON.parse(JSON.stringify(history.state.snapshot()));

/** No mean of scores between 0 and 1 deviates by more than 1 from what was expected. */
function assertWithinReach(history: RouterHistory): void {
  const { cells } = learned(history).learner as LearnedState;
  for (const [name, , shares] of cells)
    for (const [key, surprise, weight] of shares)
      assert.ok(Math.abs(surprise) <= weight * (1 + 1e-9), `${name} of ${key}: ${surprise} at ${weight}`);
}

type Said = {
  readonly kind: 'new' | 'changed';
  readonly which: number;
  readonly score: number;
  readonly model: string;
  readonly keyId: string;
  readonly later: number;
};

const anySaid: fc.Arbitrary<Said> = fc.record({
  kind: fc.constantFrom('new', 'new', 'new', 'changed'),
  which: fc.nat(),
  // Long runs of either trigger the drift alarm.
  score: fc.constantFrom(0, 0, 0, 1, 1, 1, 0.5),
  model: fc.constantFrom('lab/big', 'lab/big', 'lab/big', 'lab/one'),
  keyId: fc.constantFrom('a', 'a', 'a', 'b'),
  later: fc.constantFrom(0, 1, 1, 5_000, hour, 24 * 20 * hour),
});

/** What a database would hold: every row that was written, and the last one of each call. */
function rowsOf(said: readonly Said[]) {
  const written: RoutedOutcome[] = [];
  const rows = new Map<string, RoutedOutcome>();
  let at = 0;
  for (const [n, { kind, which, score, model, keyId, later }] of said.entries()) {
    at += later;
    const before = kind === 'changed' ? [...rows.values()][which % Math.max(1, rows.size)] : undefined;
    const row = before
      ? { ...before, id: `row ${n}`, score, at, firstAt: before.firstAt ?? before.at }
      : word(n, score, { id: `row ${n}`, at, model, keyId, source: keyId });
    written.push(row);
    rows.set(row.callId, row);
  }
  return { written, corrected: [...rows.values()] };
}

test('changed feedback leaves exactly the state it would have left as the first, whatever faded or triggered alarms in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anySaid, { minLength: 1, maxLength: 150 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      fc.nat(150),
      async (said, pages, restart) => {
        const { written, corrected } = rowsOf(said);
        const atFirst = routerHistory();
        for (const row of corrected)
          await atFirst.add([{ ...row, at: row.firstAt ?? row.at, id: row.callId }]);
        // One process reads everything as it is written, and restarts in between.
        let live = routerHistory();
        for (let n = 0; n < written.length;) {
          const { value: length } = pages.next();
          await live.add(written.slice(n, n + length));
          if (n <= restart && restart < n + length) live = await restored(live);
          n += length;
        }
        // Another process reads only at the end, in the order in which a database returns the rows.
        const late = routerHistory();
        await late.add(corrected.toSorted((a, b) => a.at - b.at));
        assert.deepEqual(learned(live), learned(atFirst));
        assert.deepEqual(learned(late), learned(atFirst));
        assertWithinReach(live);
      },
    ),
    { numRuns: 150 },
  );
});

test('thirty calls called bad and then good are thirty good calls', async () => {
  const [live, good] = [routerHistory(), routerHistory()];
  const bad = many(30, 0);
  await live.add(bad);
  assert.ok(chance(live) < 0.3);
  await live.add(instead(bad, 1, 9_000));
  await good.add(many(30, 1));
  for (const task of ['chat', 'documentation']) assert.equal(chance(live, task), chance(good, task));
});

test('a change that is read before the rating that it replaced still holds', async () => {
  const [late, inOrder] = [routerHistory(), routerHistory()];
  const bad = many(30, 0);
  const changed = instead(bad, 1, 9_000);
  for (const outcomes of [bad, changed]) await inOrder.add(outcomes);
  for (const outcomes of [changed, bad]) await late.add(outcomes);
  assert.deepEqual(learned(late), learned(inOrder));
});

test('a key that praised a model, triggered an alarm and takes it all back does no more than one that complained at once', async () => {
  const [flipped, atOnce] = [routerHistory(), routerHistory()];
  for (const history of [flipped, atOnce])
    for (const [n, keyId] of ['b', 'c'].entries())
      await history.add(many(100, 1, { keyId, source: keyId }, 1_000 * n));
  const praise = many(300, 1, {}, 2_000);
  const blame = many(12, 0, {}, 3_000);
  for (const outcomes of [praise, blame, instead(praise, 0, 5_000)]) await flipped.add(outcomes);
  for (const outcomes of [many(300, 0, {}, 2_000), blame]) await atOnce.add(outcomes);
  assert.equal(chance(flipped), chance(atOnce));
  assertWithinReach(flipped);
});

test('feedback older than the changeable outcomes stays as it was, before and after a restart', async () => {
  const history = routerHistory();
  const old = many(30, 1);
  await history.add([...old, ...many(changeable, 1, { model: 'lab/other' }, 100)]);
  await history.settle();
  const before = chance(history);
  for (const one of [history, await restored(history)]) {
    assert.equal(await one.add(instead(old, 0, 1e6)), 0);
    assert.equal(await one.add(old), 0, 'they are not learned twice either');
    assert.equal(chance(one), before);
  }
  // The latest can still be changed.
  assert.equal(await history.add(instead(many(1, 1, { model: 'lab/other' }, 200), 0, 1e6)), 0);
  assert.deepEqual(learned(await restored(history)), learned(history));
});

const features = Uint8Array.of(1, 2, 3, 4);
const heads = { weights: new Float64Array(16), bias: 0.2 };
const trained = () =>
  promptResidual({ model: quantise({ 'lab/big': heads }), kinds: {} }, { source: 'a test', quality: {} });

const found = () =>
  readSuccessWorths({
    format: 'conclave-success-worths',
    models: ['lab/big', 'lab/small'],
    bestSingle: 'lab/big',
    prompts: 1_000,
    steps: [{ nanoUsd: 2e6, share: 0.97, costShare: 0.3 }],
    answers: { any: 400, at: { chat: 300 } },
  });

const afterTraining = () => {
  const { files } = storedTraining({ residual: trained(), worths: found() });
  return restoredHistory({ version: 1, layout: stateLayout, state: files }, assert.fail);
};

test('what the words of a prompt predicted is no surprise: a model that gets the work it is good at keeps its estimate elsewhere', async () => {
  const [plain, withWords] = [routerHistory(), await afterTraining()];
  const outcomes = many(50, 1, { features });
  await plain.add(outcomes);
  await withWords.add(outcomes);
  assert.ok(chance(withWords) < chance(plain) - 0.02, `${chance(withWords)} < ${chance(plain)}`);
  const again = await restored(withWords);
  assert.equal(chance(again), chance(withWords));
  assert.deepEqual(again.residual?.file, trained().file);
  assert.deepEqual(again.worths?.keeping(0.9), found().keeping(0.9));
  assert.doesNotMatch(JSON.stringify(withWords.snapshot()), /"features":\{/, 'prompts are not stored in it');
});

test('words of another version are ignored with a warning, and everything else continues as learned', async () => {
  const history = await afterTraining();
  await history.add(many(30, 0));
  const snapshot = stored(history);
  snapshot.state.residual.features = 99;
  const warnings: string[] = [];
  const read = await restoredHistory(snapshot, (message) => warnings.push(message));
  assert.equal(read.residual, undefined);
  assert.equal(read.worths, undefined, 'a price that was found for them does not apply either');
  assert.equal(chance(read), chance(history));
  assert.match(warnings.join(), /what words add.*features are version 99.*conclave router train/);
  assert.deepEqual(read.snapshot(), snapshot.state, 'they stay stored for versions that can read them');
});

test('learning, settling and restoring many outcomes let everything else go on: at most some tens of outcomes in a turn', async () => {
  const history = routerHistory();
  const outcomes = many(2 * changeable, 1);
  const turns = {
    learning: await turnsOf(() => history.add(outcomes)),
    'learning again': await turnsOf(() => history.add(instead(outcomes.slice(-1), 0, 1e6))),
    settling: await turnsOf(() => history.settle()),
    restoring: await turnsOf(() => restored(history)),
  };
  for (const [work, count] of Object.entries(turns))
    assert.ok(count > changeable / 50, `${work} took ${count} turns`);
});

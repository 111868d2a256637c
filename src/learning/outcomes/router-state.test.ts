import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoutedOutcome } from '../../core/stores/router-store.ts';
import { priorParts, tierPriorAt } from '../../core/routing/quality/success-prior.ts';
import type { TaskType } from '../../core/task.ts';
import { routerState, type RouterState } from './router-state.ts';

const said = (n: number, score: number, weighed: RoutedOutcome['weighed']): RoutedOutcome => ({
  id: `${n}`,
  callId: `req_${n}`,
  at: n,
  kind: 'feedback',
  score,
  source: 'key',
  keyId: 'key',
  model: 'lab/big',
  tags: [],
  ...(weighed && { weighed }),
});

test('a cascade learns from needless escalation: a rejected model that gave the same answer was right too', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.75);
  for (let n = 0; n < 200; n += 1) state.learn(said(n, 1, [{ chance: 0.75, agrees: true }]));
  assert.ok(state.calibration.calibrated(0.75) > before + 0.1);
});

test('a rejected answer that differs from a good one was wrong; one that differs from a bad one is unknown', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.75);
  for (let n = 0; n < 100; n += 1) state.learn(said(n, 0, [{ chance: 0.75, agrees: false }]));
  assert.equal(state.calibration.calibrated(0.75), before);
  for (let n = 0; n < 100; n += 1) state.learn(said(100 + n, 1, [{ chance: 0.75, agrees: false }]));
  assert.ok(state.calibration.calibrated(0.75) < before - 0.1);
});

test('only feedback of a person calibrates a threshold: automatic signals must not confirm our own choices', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.96);
  for (let n = 0; n < 100; n += 1)
    state.learn({ ...said(n, 0, [{ chance: 0.96, agrees: true }]), kind: 'asked-again' });
  assert.equal(state.calibration.calibrated(0.96), before);
});

const chance = (state: ReturnType<typeof routerState>, lean = 0) =>
  state.learner.estimate({ model: 'lab/big', task: 'chat', base: tierPriorAt('workhorse', 'chat'), lean })
    .mean;

const outcome = (n: number, kind: string, score: number): RoutedOutcome => ({
  ...said(n, score, undefined),
  kind,
  keyId: `key ${n % 5}`,
  tier: 'workhorse',
  task: 'chat',
});

test('a model that is used a lot does not sink because some of its questions are asked again', () => {
  const state = routerState();
  for (let n = 0; n < 200; n += 1) {
    state.learn(outcome(2 * n, 'asked-again', 0));
    state.learn(outcome(2 * n + 1, 'drawn', 1));
  }
  assert.ok(Math.abs(chance(state) - chance(routerState())) < 0.02, String(chance(state)));
});

test('a model whose questions are asked again more often than its share falls behind', () => {
  const state = routerState();
  // Equal numbers of calls: the other model's questions are never asked again, and half of the drawn controls are its
  // own.
  for (let n = 0; n < 100; n += 1) {
    state.learn(outcome(2 * n, 'asked-again', 0));
    if (n % 2 === 0) state.learn(outcome(2 * n + 1, 'drawn', 1));
    else state.learn({ ...outcome(2 * n + 1, 'drawn', 1), model: 'lab/other' });
  }
  assert.ok(chance(state) < chance(routerState()) - 0.03);
});

test('an answer that conforms to its schema may still be wrong; one that violates it is wrong', () => {
  const kept = routerState();
  const broken = routerState();
  for (let n = 0; n < 300; n += 1) {
    kept.learn(outcome(n, 'schema', 1));
    broken.learn(outcome(n, 'schema', 0));
  }
  const before = chance(routerState());
  assert.ok(chance(kept) > before && chance(kept) < before + 0.05, `${before} ${chance(kept)}`);
  assert.ok(chance(broken) < before - 0.4);
});

test('a known lean of a family is where a model starts, and its own outcomes override it', () => {
  const state = routerState();
  assert.ok(Math.abs(chance(state, 0.03) - chance(state, -0.03) - 0.06) < 1e-9);
  for (let n = 0; n < 2_000; n += 1) state.learn(outcome(n, 'feedback', n % 10 < 7 ? 1 : 0));
  for (const lean of [0.03, 0, -0.03])
    assert.ok(Math.abs(chance(state, lean) - 0.7) < 0.015, `${lean}: ${chance(state, lean)}`);
});

const small = { id: 'lab/small', tier: 'economy', strengths: [], weaknesses: [] } as const;
const frontier = { ...small, id: 'lab/top', tier: 'frontier' } as const;

/** The chance of a model at a task, by what was learned from a key that is the only one. */
const chanceAt = (state: RouterState, task: TaskType, model: typeof small | typeof frontier = small) =>
  state.learner.estimate({ model: model.id, task, keyId: 'key', ...priorParts(model, task) }).mean;

const bySmall = (n: number, kind: string, score: number, task: TaskType): RoutedOutcome => ({
  ...said(n, score, undefined),
  kind,
  model: small.id,
  tier: small.tier,
  task,
});

const after = (outcomes: readonly RoutedOutcome[]) => {
  const state = routerState();
  for (const one of outcomes) state.learn(one);
  return state;
};

const hundred = (of: (n: number) => RoutedOutcome | readonly RoutedOutcome[]) =>
  Array.from({ length: 100 }, (_, n) => of(n)).flat();

test('good translations make a small model better at translating, and no rival of the best at work that it never did', () => {
  const [before, learned] = [routerState(), after(hundred((n) => bySmall(n, 'feedback', 1, 'translation')))];
  assert.ok(chanceAt(learned, 'translation') > chanceAt(before, 'translation') + 0.08);
  for (const task of ['chat', 'code-generation', 'debugging', 'architecture', 'security-review'] as const) {
    assert.ok(chanceAt(learned, task) < chanceAt(before, task) + 0.07, `${task} ${chanceAt(learned, task)}`);
    assert.ok(chanceAt(learned, task) < chanceAt(learned, task, frontier), task);
  }
});

test('bad work at one kind costs a model little at others; bad work at many kinds costs it everywhere', () => {
  const start = chanceAt(routerState(), 'translation');
  const bad = (task: TaskType) => hundred((n) => bySmall(n, 'feedback', 0, task));
  const atOne = start - chanceAt(after(bad('architecture')), 'translation');
  const kinds = ['architecture', 'chat', 'math', 'debugging', 'refactoring', 'test-writing'] as const;
  const atMany = start - chanceAt(after(kinds.flatMap(bad)), 'translation');
  assert.ok(atOne < 0.2 && atMany > 2 * atOne, `${atOne} ${atMany}`);
});

test('questions that are asked again as often as chance would draw them leave what is known as it was', () => {
  const known = hundred((n) => bySmall(n, 'feedback', 1, 'summarisation'));
  const pairs = hundred((n) => [
    bySmall(200 + 2 * n, 'asked-again', 0, 'translation'),
    bySmall(201 + 2 * n, 'drawn', 1, 'translation'),
  ]);
  const [without, withPairs] = [after(known), after([...known, ...pairs])];
  for (const task of ['translation', 'summarisation', 'chat'] as const)
    assert.ok(Math.abs(chanceAt(without, task) - chanceAt(withPairs, task)) < 0.002, task);
});

test('what Conclave concludes itself, or a plug-in scores, weighs half as much as what a person says, or less', () => {
  const failures = (kind: string, count: number) =>
    chanceAt(after(hundred((n) => (n < count ? bySmall(n, kind, 0, 'extraction') : []))), 'extraction');
  for (const [kind, asMany] of [
    ['schema', 50],
    ['consensus', 50],
    ['a-scorer-of-ours', 50],
    ['cascade', 20],
  ] as const) {
    const difference = Math.abs(failures(kind, 100) - failures('feedback', asMany));
    assert.ok(difference < 0.01, `${kind}: ${difference}`);
  }
});

test('that nobody complained makes a model that is praised no better', () => {
  const praised = hundred((n) => bySmall(n, 'feedback', 1, 'summarisation'));
  const silent = hundred((n) => bySmall(200 + n, 'unrated', 1, 'summarisation'));
  const [without, withSilent] = [after(praised), after([...praised, ...silent])];
  assert.equal(chanceAt(withSilent, 'summarisation'), chanceAt(without, 'summarisation'));
});

test('a valid answer never counts against its model, whatever is known of it', () => {
  const valid = hundred((n) => bySmall(200 + n, 'schema', 1, 'extraction'));
  for (const score of [undefined, 0, 0.5, 1]) {
    const known = score === undefined ? [] : hundred((n) => bySmall(n, 'feedback', score, 'extraction'));
    const [without, withValid] = [after(known), after([...known, ...valid])];
    const gain = chanceAt(withValid, 'extraction') - chanceAt(without, 'extraction');
    assert.ok(gain >= 0 && gain < 0.03, `${score}: ${gain}`);
  }
});

test('answers that a cascade accepted and nobody looked at lift their model nowhere, and make up for rejected ones', () => {
  const accepted = hundred((n) => bySmall(n, 'cascade', 0.83, 'classification'));
  const [before, learned] = [routerState(), after(accepted)];
  for (const task of ['classification', 'chat', 'architecture'] as const)
    assert.equal(chanceAt(learned, task), chanceAt(before, task), task);
  const sure = after(hundred((n) => bySmall(n, 'cascade', 0.99, 'architecture')));
  assert.equal(chanceAt(sure, 'architecture'), chanceAt(before, 'architecture'));
  const rejected = hundred((n) => (n % 10 === 0 ? bySmall(n, 'cascade', 0, 'classification') : []));
  const kept = hundred((n) => bySmall(n, 'cascade', n % 10 === 0 ? 0 : 0.83, 'classification'));
  const [alone, balanced] = [after(rejected), after(kept)].map((one) => chanceAt(one, 'classification'));
  const start = chanceAt(before, 'classification');
  assert.ok(alone !== undefined && balanced !== undefined && alone < balanced && balanced < start);
});

import assert from 'node:assert/strict';
import { requestFeatures, type SetFeatures } from '../../test/support/request-features.ts';
import { test } from 'node:test';
import { candidate, costing, healthy } from '../../test/support/policy-candidates.ts';
import type { Candidate } from '../core/deployment.ts';
import cascade from './cascade.ts';

const cheap = (id: string, family: string) => candidate(id, { family, tier: 'economy', price: costing(0.2) });
const strong = candidate('lab/big', { family: 'd', tier: 'frontier', price: costing(10) });

test('a judge is of the same tier as the models it judges; if there is none, answers are not judged', () => {
  const judging = requestFeatures({ preferences: { cascade: { judge: true } } });
  const two = [cheap('lab/a', 'a'), cheap('lab/b', 'b'), strong];
  const judges = (among: typeof two) => cascade.plan(judging, among, healthy).steps[0]?.acceptance?.judge;
  assert.equal(judges(two), undefined);
  assert.match(cascade.plan(judging, two, healthy).warnings?.join() ?? '', /the answers are not judged/u);
  const third = cheap('lab/c', 'c');
  assert.deepEqual(judges([...two, third]), [third]);
});

test('only the first step asks for several samples, and at most three judges are tried', () => {
  const features = requestFeatures({ preferences: { cascade: { judge: true, samples: 5 } } });
  const among = [...'abcdefgh'].map((name) => cheap(`lab/${name}`, name));
  const { steps } = cascade.plan(features, [...among, strong], healthy);
  const accepted = steps.flatMap(({ acceptance }) => acceptance ?? []);
  assert.deepEqual(
    accepted.map(({ samples, judge }) => [samples, judge?.length]),
    [
      [5, 3],
      [1, 3],
    ],
  );
});

test('warns if the threshold asks more of cheap answers than the strong model achieves', () => {
  const warnings = (threshold?: number) => {
    const features = requestFeatures({ preferences: { cascade: { threshold } } });
    return cascade.plan(features, [cheap('lab/a', 'a'), cheap('lab/b', 'b'), strong], healthy).warnings;
  };
  assert.match(warnings(0.99)?.join() ?? '', /0\.99 .*lab\/big itself reaches 0\.\d\d/u);
  assert.equal(warnings(0.8), undefined);
  assert.equal(warnings(), undefined);
});

test('the reason for a single step is that there is one model, or that no stronger one is left', () => {
  const plan = (among: readonly Candidate[], more: SetFeatures = {}) =>
    cascade.plan(requestFeatures(more), among, healthy);
  const [a, b] = [cheap('lab/a', 'a'), cheap('lab/b', 'b')];
  assert.equal(plan([a]).reason, 'lab/a is the only candidate: no cascade');
  assert.equal(plan([a, b]).reason, 'lab/a directly: no stronger model can serve this call: no cascade');
  const capped = plan([a, b], { limits: { maxCostUsd: 0.02 } });
  const reason = 'lab/a directly: no stronger model fits below the ceiling of $0.02: no cascade';
  assert.deepEqual([capped.reason, capped.warnings], [reason, [reason]]);
});

/** The models that each step asks first. */
const path = (among: readonly Candidate[], more: SetFeatures = {}) =>
  cascade.plan(requestFeatures(more), among, healthy).steps.map(({ candidates: [one] }) => one?.model.id);

test('a caller who asks for a tier and for a cascade gets a cascade that ends at this tier', () => {
  const medium = candidate('lab/medium', { family: 'c', tier: 'workhorse', price: costing(2) });
  const among = [cheap('lab/a', 'a'), cheap('lab/b', 'b'), medium, strong];
  const asked = { tier: 'workhorse' } as const;
  assert.deepEqual(path(among, { asked: { ...asked, policy: 'cascade' } }), ['lab/a', 'lab/b', 'lab/medium']);
  assert.deepEqual(path(among, { asked }), ['lab/medium']);
});

test('an answer in its own words is asked of cheap models only if something checks it', () => {
  const among = [cheap('lab/a', 'a'), cheap('lab/b', 'b'), strong];
  const work = { task: 'code-generation', difficulty: 0.9 } as const;
  assert.deepEqual(path(among, { work }), ['lab/big']);
  assert.deepEqual(path(among, { work: { ...work, isChecked: true } }), ['lab/a', 'lab/b', 'lab/big']);
});

test('the model of the last step is not asked twice', () => {
  const [a, b] = [cheap('lab/a', 'a'), cheap('lab/b', 'b')];
  const quality = { of: ({ id }: { id: string }) => (id === 'lab/a' ? 0.5 : 0.9) };
  assert.deepEqual(path([a, b, strong], { preferences: { quality: 0.9 }, quality }), ['lab/a', 'lab/b']);
});

test('a local model is the first step only if no other tier is left', () => {
  const local = candidate('home/m', { family: 'a', tier: 'economy', price: costing(0), local: true });
  const medium = candidate('lab/medium', { family: 'c', tier: 'workhorse', price: costing(2) });
  assert.deepEqual(path([local, medium, strong]), ['lab/medium', 'lab/big']);
  assert.equal(path([local, medium, strong], { asked: { localOnly: true } })[0], 'home/m');
});

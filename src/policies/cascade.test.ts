import assert from 'node:assert/strict';
import { requestFeatures, type SetFeatures } from '../../test/support/request-features.ts';
import { test } from 'node:test';
import { candidate, costing, healthy } from '../../test/support/policy-candidates.ts';
import type { Candidate } from '../core/provider.ts';
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

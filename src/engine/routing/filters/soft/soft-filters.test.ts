import assert from 'node:assert/strict';
import { requestFeatures } from '../../../../../test/support/request-features.ts';
import { test } from 'node:test';
import { ordinaryContext } from '../../../../../test/support/filter-context.ts';
import { candidate, ordinary } from '../../../../../test/support/policy-candidates.ts';
import { credentialKey } from '../../../../core/accounts/credential-key.ts';
import type { Waits } from '../../../../core/routing/plan/deployment-stats.ts';
import type { FilterContext } from '../filter.ts';
import { applySoftFilters } from './soft-filters.ts';

const slow = candidate('lab/slow');
const quick = candidate('lab/quick');
const wait = { ms: 900, at: ordinary.at - 30_000 };

/** Which of the two are left if the slow one has waited like this. */
function left(waits: Waits, more: Partial<FilterContext> & { readonly stream?: boolean } = {}): string[] {
  const { stream = false, ...context } = more;
  const { fit } = applySoftFilters(
    { fit: [slow, quick], out: [] },
    {
      ...ordinaryContext,
      features: requestFeatures({ limits: { maxLatencyMs: 500 }, request: { stream } }),
      stats: {
        of: ({ id }) => ({ healthy: true, inFlight: 0, ...(id === slow.deployment.id && { waits }) }),
      },
      ...context,
    },
  );
  return fit.map(({ model }) => model.id);
}

test('drops deployments slower than the ceiling; streams and whole answers are measured separately', () => {
  assert.deepEqual(left({ whole: wait }), ['lab/quick']);
  assert.deepEqual(left({ stream: wait }), ['lab/slow', 'lab/quick']);
  assert.deepEqual(left({ stream: wait }, { stream: true }), ['lab/quick']);
  const old = { ms: 900, at: ordinary.at - 60_001 };
  assert.deepEqual(left({ whole: old }), ['lab/slow', 'lab/quick'], 'a minute ago');
});

test('a named model is asked however slow it was, and so is the only one', () => {
  assert.deepEqual(left({ whole: wait }, { isNamed: () => true }), ['lab/slow', 'lab/quick']);
  const stats = { of: () => ({ healthy: true, inFlight: 0, waits: { whole: wait } }) };
  assert.deepEqual(left({}, { stats }), ['lab/slow', 'lab/quick']);
});

test('a stored answer is looked up where it is stored, however slow that was', () => {
  const origin = credentialKey(slow.deployment);
  assert.deepEqual(left({ whole: wait }, { origin }), ['lab/slow']);
  assert.deepEqual(left({ whole: wait }, { origin: 'a key that is gone' }), ['lab/quick']);
});

test('a long prompt goes to a window that is known to hold it, if there is one', () => {
  const unknown = candidate('lab/unknown');
  const wide = candidate('lab/wide', { contextWindow: 1_000_000 });
  const among = [unknown, wide];
  const leftOf = (inputTokens: number, more: Partial<FilterContext> = {}) =>
    applySoftFilters(
      { fit: among, out: [] },
      {
        ...ordinaryContext,
        features: requestFeatures({ size: { prompt: { expected: inputTokens } } }),
        ...more,
      },
    ).fit;
  assert.deepEqual(leftOf(200_000), [wide]);
  assert.deepEqual(leftOf(90_000), among);
  assert.deepEqual(leftOf(200_000, { isOpen: false }), among);
});

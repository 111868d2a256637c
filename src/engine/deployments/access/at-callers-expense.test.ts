import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { Secret } from '../../../core/credential.ts';
import { atCallersExpense } from './at-callers-expense.ts';
import { currentDeployments } from '../current-deployments.ts';

const { deployment } = candidate('lab/one');
const keys = new Map([[deployment.provider.id, new Secret('caller-key-1')]]);

test("a deployment with a caller's key is a current one, whatever the provider's configured headers hold", () => {
  const cases: readonly Record<string, string>[] = [
    {},
    { 'x-front': 'a' },
    { Authorization: 'Bearer house-key', 'x-front': 'a' },
  ];
  for (const headers of cases) {
    const ours = { ...deployment, provider: { ...deployment.provider, headers } };
    const current = currentDeployments();
    current.replace({ withId: (id) => (id === ours.id ? ours : undefined), usesAccount: () => true });
    const [theirs] = atCallersExpense([ours], keys);
    assert.ok(theirs);
    assert.ok(!current.isOutdated(theirs), JSON.stringify(headers));
    const [again] = atCallersExpense([ours], keys);
    assert.equal(again?.provider, theirs.provider, 'one object for all calls');
    assert.deepEqual(Object.keys(theirs.provider.headers ?? {}), 'x-front' in headers ? ['x-front'] : []);
  }
});

test("a deployment's own headers lose a key too, whichever of the usual ones it is in", () => {
  for (const header of ['Authorization', 'X-Api-Key', 'api-key', 'x-goog-api-key']) {
    const ours = { ...deployment, headers: { [header]: 'house-key', 'x-front': 'a' } };
    const [theirs] = atCallersExpense([ours], keys);
    assert.deepEqual(theirs?.headers, { 'x-front': 'a' }, header);
  }
});

test('the limits of our account are not those of the caller', () => {
  const [theirs] = atCallersExpense([{ ...deployment, limits: { rpm: 1, concurrency: 1 } }], keys);
  assert.equal(theirs?.limits, undefined);
});

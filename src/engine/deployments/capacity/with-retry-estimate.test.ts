import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { DeploymentLoad } from './deployment-load.ts';
import { withRetryEstimate } from './with-retry-estimate.ts';

test('a retry time that the provider gave is kept, and a missing one is estimated', () => {
  const load = new DeploymentLoad({ now: () => 1_000_000 });
  const { model, deployment } = candidate('lab/m');
  const crowded = { model, deployment: { ...deployment, limits: { concurrency: 2 } } };
  const retryAfterMs = (given?: number) => {
    const details = given === undefined ? {} : { retryAfterMs: given };
    const refusal = new ConclaveError('provider_rate_limited', 'x', details);
    return withRetryEstimate(load, crowded, refusal).details.retryAfterMs;
  };
  assert.equal(retryAfterMs(30_000), 30_000);
  assert.equal(retryAfterMs(), 500, 'half of the usual second: there are two places');
});

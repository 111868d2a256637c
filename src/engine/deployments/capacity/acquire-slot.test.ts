import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import leastBusy from '../../../balancing/least-busy.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { acquireSlot } from './acquire-slot.ts';
import { deploymentMemory } from '../deployment-memory.ts';
import { UntriedCandidates } from '../order/untried-candidates.ts';

test('a call that was ordered before a deployment was benched goes to the next one, and to a benched one only as a last resort', async () => {
  const now = () => 1_000_000;
  const memory = deploymentMemory(now);
  const engine = { ...memory, now, settings: { balance: { strategy: leastBusy, sticky: true, queueMs: 0 } } };
  const [first, second] = [candidate('lab/first'), candidate('lab/second')];
  const untried = new UntriedCandidates([first, second]);
  memory.health.failed(first.deployment, new ConclaveError('provider_forbidden', 'x'), now());
  const next = () =>
    acquireSlot(engine, untried, { tokensOf: () => 10, signal: new AbortController().signal });
  assert.equal((await next())?.candidate, second);
  assert.equal((await next())?.candidate, first);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { credentialKey } from '../../../core/accounts/credential-key.ts';
import { adoptShared, isSpent, keepShared, recordReported, type ReportedLimits } from './reported-limits.ts';

const { deployment } = candidate('lab/m');

test('what another process reported replaces only what was reported earlier, and only for the same account', () => {
  const reported = (account: string, remaining: number, reportedAt: number) => ({
    deployment: deployment.id,
    account,
    kind: 'requests' as const,
    limit: 10,
    remaining,
    resetsAt: 100_000,
    reportedAt,
  });
  const account = credentialKey(deployment);
  const remainingAfter = (...received: ReturnType<typeof reported>[]) => {
    const limits: ReportedLimits = { received: undefined };
    recordReported(limits, { requests: { limit: 10, remaining: 5, resetsInMs: 60_000 } }, 2_000);
    for (const one of received) keepShared(limits, one);
    adoptShared(limits, deployment);
    return limits.requests?.remaining;
  };
  assert.equal(remainingAfter(reported(account, 0, 1_000)), 5, 'earlier than what is known here');
  assert.equal(remainingAfter(reported(account, 0, 2_000)), 5);
  assert.equal(remainingAfter(reported(account, 1, 3_000)), 1);
  assert.equal(remainingAfter(reported('another account', 1, 3_000)), 5);
  assert.equal(remainingAfter(reported(account, 3, 3_000), reported(account, 2, 3_500)), 2);
});

test('a limit is spent until it resets', () => {
  const limits: ReportedLimits = { received: undefined };
  recordReported(limits, { tokens: { limit: 100, remaining: 40, resetsInMs: 1_000 } }, 5_000);
  assert.equal(isSpent(limits, 40, 5_500), false);
  assert.equal(isSpent(limits, 41, 5_999), true);
  assert.equal(isSpent(limits, 41, 6_000), false);
});

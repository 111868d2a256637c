import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainCall } from '../../../../test/support/plain-call.ts';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { affinityOf, homeOf } from './affinity.ts';

test('sessions of the same name that belong to two keys are two conversations', () => {
  const { principal, request } = plainCall();
  const of = (keyId: string, { sessionId, session }: { sessionId?: string; session?: string }) =>
    affinityOf(
      plainCall({
        principal: { ...principal, keyId },
        request: { ...request, ...(session !== undefined && { session }) },
        ...(sessionId !== undefined && { sessionId }),
      }),
      10_000,
    );
  for (const named of [{ sessionId: '1' }, { session: '1' }]) {
    assert.notEqual(of('a', named), of('b', named));
    assert.equal(of('a', named), of('a', named));
  }
});

test('conversations are spread by weight, and only those of a removed deployment move', () => {
  const [light, heavy, third] = (
    [
      ['a', 1],
      ['b', 3],
      ['c', 2],
    ] as const
  ).map(([id, weight]) => {
    const found = candidate(id);
    return { ...found, deployment: { ...found.deployment, weight } };
  });
  assert.ok(light && heavy && third);
  const conversations = Array.from({ length: 2_000 }, (_, at) => `conversation ${at}`);
  const homes = conversations.map((name) => homeOf([light, heavy], name)?.deployment.id);
  const share = homes.filter((id) => id === heavy.deployment.id).length / conversations.length;
  // Three standard errors of a share of .75 in 2,000.
  assert.ok(Math.abs(share - 0.75) < 0.03, `${share} of them at three quarters of the weight`);
  for (const [at, name] of conversations.entries()) {
    const home: string | undefined = homeOf([light, heavy, third], name)?.deployment.id;
    if (home !== third.deployment.id) assert.equal(home, homes[at], name);
  }
});

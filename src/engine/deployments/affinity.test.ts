import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainCall } from '../../../test/support/plain-call.ts';
import { affinityOf } from './affinity.ts';

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

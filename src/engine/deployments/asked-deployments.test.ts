import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../test/support/policy-candidates.ts';
import { Secret } from '../../core/credential.ts';
import type { Deployment } from '../../core/deployment.ts';
import { AskedDeployments } from './asked-deployments.ts';
import { currentDeployments } from './current-deployments.ts';

const deployment = (id: string, key: string, baseUrl = 'http://one'): Deployment => ({
  ...candidate(id).deployment,
  endpoints: [{ dialect: 'openai-chat', baseUrl }],
  credential: { secret: new Secret(key), label: 'KEY' },
});

function configured(...first: readonly Deployment[]) {
  const current = currentDeployments();
  const asked = new AskedDeployments(current);
  const configure = (...deployments: readonly Deployment[]) => {
    current.replace({
      withId: (id) => deployments.find((one) => one.id === id),
      usesAccount: () => true,
    });
    asked.retain();
  };
  configure(...first);
  const known = () => [...asked.values()].map((state) => state.deployment.id);
  return { asked, configure, known };
}

test('a deployment keeps what it has shown as long as its key and address stay the same', () => {
  const { asked, configure, known } = configured(
    deployment('a', 'k'),
    deployment('b', 'k'),
    deployment('c', 'k'),
  );
  for (const id of ['a', 'b', 'c']) asked.of(deployment(id, 'k')).lastError = 'provider_error';
  const same = deployment('a', 'k');
  configure(same, deployment('b', 'other'), deployment('c', 'k', 'http://two'));
  assert.deepEqual(known(), ['a']);
  assert.equal(asked.of(same).lastError, 'provider_error');
  assert.equal(asked.get('a')?.deployment, same);
  configure();
  assert.deepEqual(known(), []);
});

test('what a call from before the change shows is not kept', () => {
  const { asked, known } = configured(deployment('a', 'new'));
  asked.of(deployment('a', 'old')).lastError = 'provider_auth';
  assert.deepEqual(known(), []);
  asked.of(deployment('a', 'new'));
  asked.of(deployment('a', 'old')).lastError = 'provider_auth';
  assert.equal(asked.get('a')?.lastError, undefined);
});

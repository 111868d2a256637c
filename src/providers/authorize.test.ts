import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../core/errors.ts';
import { Secret, type AuthScheme, type Deployment } from '../core/provider.ts';
import { authorize } from './authorize.ts';

const deployment = (auth: AuthScheme, key?: string): Deployment => ({
  id: 'lab/model',
  provider: { id: 'lab', name: 'Lab', dialects: [], auth, keyVariables: [], quirks: {}, local: false },
  endpoints: [],
  weight: 1,
  simulated: false,
  ...(key !== undefined && { credential: { secret: new Secret(key), label: 'LAB_KEY' } }),
});
const request = { headers: { 'x-own': '1' } };

test('each provider gets its key in the header that it reads', () => {
  assert.equal(authorize(request, deployment('bearer', 'k'))['authorization'], 'Bearer k');
  for (const scheme of ['x-api-key', 'x-goog-api-key', 'api-key'] as const) {
    assert.deepEqual(authorize(request, deployment(scheme, 'k')), { 'x-own': '1', [scheme]: 'k' });
  }
});

test('an address with a way of its own overrides the provider’s', () => {
  const headers = authorize({ ...request, auth: 'x-goog-api-key' }, deployment('bearer', 'k'));
  assert.deepEqual(headers, { 'x-own': '1', 'x-goog-api-key': 'k' });
});

test('without a key the request leaves as it is', () => {
  assert.deepEqual(authorize(request, deployment('bearer')), request.headers);
  assert.deepEqual(authorize(request, deployment('none', 'k')), request.headers);
});

test('a scheme that signs requests is never served with a plain key', () => {
  assert.throws(
    () => authorize(request, deployment('aws-sigv4', 'k')),
    (error: unknown) => error instanceof ConclaveError && error.code === 'provider_auth',
  );
});

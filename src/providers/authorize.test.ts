import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../core/credential.ts';
import type { Deployment } from '../core/deployment.ts';
import type { AuthScheme } from '../core/provider.ts';
import { authorizer } from './authorize.ts';

const authorize = authorizer({});

const deployment = (auth: AuthScheme, key?: string): Deployment => ({
  id: 'lab/model',
  provider: { id: 'lab', name: 'Lab', dialects: [], auth, keyVariables: [], quirks: {}, local: false },
  endpoints: [],
  weight: 1,
  simulated: false,
  ...(key !== undefined && { credential: { secret: new Secret(key), label: 'LAB_KEY' } }),
});
const request = { url: 'http://127.0.0.1:9/v1', headers: { 'x-own': '1' }, body: '' };

test('each provider gets its key in the header that it expects', async () => {
  assert.equal((await authorize(request, deployment('bearer', 'k')))['authorization'], 'Bearer k');
  for (const scheme of ['x-api-key', 'x-goog-api-key', 'api-key'] as const) {
    assert.deepEqual(await authorize(request, deployment(scheme, 'k')), { 'x-own': '1', [scheme]: 'k' });
  }
});

test('an endpoint’s own auth scheme overrides the provider’s', async () => {
  const headers = await authorize({ ...request, auth: 'x-goog-api-key' }, deployment('bearer', 'k'));
  assert.deepEqual(headers, { 'x-own': '1', 'x-goog-api-key': 'k' });
});

test('without a key the request is sent unchanged', async () => {
  assert.deepEqual(await authorize(request, deployment('bearer')), request.headers);
  assert.deepEqual(await authorize(request, deployment('none', 'k')), request.headers);
});

test('Bedrock’s own API key is sent as a bearer token', async () => {
  const headers = await authorize(request, deployment('aws-sigv4', 'k'));
  assert.equal(headers['authorization'], 'Bearer k');
});

test('a request that needs a signature is signed with the keys of its deployment', async () => {
  const aws = {
    region: 'us-east-1',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: new Secret('not-a-real-key'),
  };
  const headers = await authorize(request, { ...deployment('aws-sigv4'), aws });
  assert.match(headers['authorization'] ?? '', /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//);
});

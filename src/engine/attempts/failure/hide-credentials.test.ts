import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { Secret } from '../../../core/credential.ts';
import { hideCredentials } from './hide-credentials.ts';

const key = 'sk-own-"ABC/+hij.123==';
const { deployment } = candidate('lab/one');
const keyed = { ...deployment, credential: { secret: new Secret(key), label: 'lab' } };

test('no spelling of a key that a provider quotes is left in its error', () => {
  const percent = encodeURIComponent(key);
  const base64 = Buffer.from(key).toString('base64');
  const spellings = [
    key,
    percent,
    percent.replaceAll('%2F', '%2f').replaceAll('%2B', '%2b').replaceAll('%3D', '%3d'),
    JSON.stringify(key).slice(1, -1),
    String.raw`sk-own-\"ABC\/+hij.123==`,
    String.raw`sk-own-\u0022ABC/\u002Bhij.123==`,
    base64,
    base64.replaceAll('=', ''),
    Buffer.from(key).toString('base64url'),
  ];
  for (const spelling of spellings) {
    const text = `wrong: <${spelling}>, that is ${spelling}`;
    const error = new ConclaveError('provider_auth', text, { param: spelling, toOperator: text });
    const hidden = hideCredentials(error, keyed);
    assert.equal(hidden.message, 'wrong: <[hidden]>, that is [hidden]', spelling);
    assert.deepEqual(
      [hidden.details.param, hidden.details.toOperator],
      ['[hidden]', 'wrong: <[hidden]>, that is [hidden]'],
    );
  }
});

test('a key in a configured header is hidden without its scheme too', () => {
  const basic = Buffer.from('user:house-key-42').toString('base64');
  for (const [header, quoted] of [
    ['Bearer sk-house-1234567890', 'sk-house-1234567890'],
    [`Basic ${basic}`, basic],
    [`Basic ${basic}`, 'house-key-42'],
    [`Basic ${Buffer.from('sk-live-1234567890:').toString('base64')}`, 'sk-live-1234567890'],
    ['Api-Key AQVNabcdefgh12345', 'AQVNabcdefgh12345'],
    ['Api_Key AQVNabcdefgh12345', 'AQVNabcdefgh12345'],
    ['sk-house-1234567890 ', 'sk-house-1234567890'],
    ['Bearer sk-house-1234567890 ', 'sk-house-1234567890'],
  ] as const) {
    const provider = { ...deployment.provider, headers: { Authorization: header } };
    const error = new ConclaveError('invalid_request', `${quoted} has no access`, { openAiCode: quoted });
    const hidden = hideCredentials(error, { ...deployment, provider });
    assert.deepEqual(
      [hidden.message, hidden.details.openAiCode],
      ['[hidden] has no access', '[hidden]'],
      header,
    );
  }
});

test('every secret that is sent to a deployment is hidden', () => {
  const told = (quoted: string, at: typeof deployment) =>
    hideCredentials(new ConclaveError('provider_auth', `no access: ${quoted}`), at).message;
  const aws = { secretAccessKey: new Secret('aws-secret-1'), sessionToken: new Secret('session-token-1') };
  const headers = { 'X-Front-Key': 'header-key-1' };
  for (const quoted of ['aws-secret-1', 'session-token-1', 'header-key-1'])
    assert.equal(told(quoted, { ...deployment, aws, headers }), 'no access: [hidden]', quoted);
});

test('a key in the extra fields of every request is hidden, other texts in them are not', () => {
  const extraBody = {
    data_sources: [
      {
        type: 'azure_search',
        parameters: {
          index_name: 'house-documents',
          authentication: { type: 'connection_string', key: 'search-key-1', connection_string: 'Key=abc-1' },
          embedding_dependency: { authentication: { encoded_api_key: 'elastic-key-1' } },
        },
      },
    ],
    mcp: { authorization_token: 'Bearer mcp-token-1', headers: { 'X-Front': ['front-door-1'] } },
    gateway: { passedOn: 'Bearer plain-token-1' },
    clientSecret: 'client-secret-1',
    api_keys: ['listed-key-1', 'listed-key-2'],
    label: 'key of the house',
    seed: 1,
    user: null,
  };
  const provider = { ...deployment.provider, quirks: { extraBody } };
  const told = (quoted: string) =>
    hideCredentials(new ConclaveError('invalid_request', `refused: ${quoted}`), { ...deployment, provider })
      .message;
  for (const quoted of [
    'search-key-1',
    'Key=abc-1',
    'elastic-key-1',
    'mcp-token-1',
    'front-door-1',
    'plain-token-1',
    'client-secret-1',
    'listed-key-1',
    'listed-key-2',
  ])
    assert.equal(told(quoted), 'refused: [hidden]', quoted);
  for (const quoted of ['azure_search', 'house-documents', 'connection_string', 'key of the house'])
    assert.equal(told(quoted), `refused: ${quoted}`);
});

test('what an address or a connection string in the extra fields holds of a key is hidden by itself too', () => {
  const told = (value: JsonObject, quoted: string) =>
    hideCredentials(new ConclaveError('invalid_request', `cannot reach ${quoted}`), {
      ...deployment,
      provider: { ...deployment.provider, quirks: { extraBody: { source: value } } },
    }).message;
  for (const [value, quoted, shown] of [
    [
      { url: 'https://mcp.example/sse?v=2&token=tok-abcdefgh1#end' },
      'https://mcp.example/sse?v=2&token=tok-abcdefgh1',
      'https://mcp.example/sse?v=2&token=[hidden]',
    ],
    [{ dsn: 'postgres://house:pw-abcdefgh1@db.example/d' }, 'pw-abcdefgh1', '[hidden]'],
    [
      { dsn: 'postgres://house:pw-abcdefgh1@db.example/d' },
      'house:pw-abcdefgh1@db.example',
      '[hidden]@db.example',
    ],
    [
      { connection_string: 'Endpoint=sb://x;SharedAccessKey=abcDEF12345=' },
      'SharedAccessKey=abcDEF12345=',
      'SharedAccessKey=[hidden]',
    ],
    [{ authentication: { type: 'access_token', jwt: 'eyJabcdefgh' } }, 'eyJabcdefgh', '[hidden]'],
    [{ authentication: { type: 'access_token', value: 'v-12345678' } }, 'access_token', 'access_token'],
    [{ dsn: 'postgres://house:p%40ss%2Fword1!@db.example/d' }, 'p%40ss%2Fword1!', '[hidden]'],
    [{ dsn: 'postgres://house:p%40ss%2Fword1!@db.example/d' }, 'p@ss/word1!', '[hidden]'],
    [{ dsn: 'postgres://house:100%-secret@db.example/d' }, '100%-secret', '[hidden]'],
    [{ url: 'https://a.example/?sig=aB3%2Fc5D7e9F1g3H5%3D' }, 'aB3/c5D7e9F1g3H5=', '[hidden]'],
    [{ url: 'https://a.example/?code=aB3dE5fG7hI9jK1lM3' }, 'aB3dE5fG7hI9jK1lM3', '[hidden]'],
    [
      { url: 'https://a.example/?tenant=3f2504e0-4f89-41d3-9a0c-0305e82c3301' },
      '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      '[hidden]',
    ],
    ...['env=production', 'api-version=2026-06-01-preview', 'region=europe-west12-production'].map(
      (query) => [{ url: `https://a.example/sse?${query}` }, query, query] as const,
    ),
    [{ headers: { Cookie: 'theme=light; sid=abcdefgh' } }, 'abcdefgh', '[hidden]'],
    [{ description: 'mode=production; see https://docs.example' }, 'mode=production', 'mode=production'],
    [
      { url: 'https://mcp.example/documents' },
      'https://mcp.example/documents',
      'https://mcp.example/documents',
    ],
  ] as const)
    assert.equal(told(value, quoted), `cannot reach ${shown}`);
});

test('the beginning of a key at which a long message was cut is hidden', () => {
  const told = (message: string) =>
    hideCredentials(new ConclaveError('invalid_request', message), keyed).message;
  const long = 'x'.repeat(990);
  assert.equal(told(`${long} ${key.slice(0, 12)}`), `${long} [hidden]`);
  assert.equal(told(`${long} 1234 ${key.slice(0, 5)}`), `${long} 1234 ${key.slice(0, 5)}`);
});

test('and so is the beginning of a key at any other end of a quotation', () => {
  for (const quote of [(start: string) => `no JSON: "xx ${start}".`, (start: string) => `code ${start}`]) {
    const hidden = hideCredentials(new ConclaveError('provider_error', quote(key.slice(0, 12))), keyed);
    assert.equal(hidden.message, quote('[hidden]'));
  }
  const word = new ConclaveError('provider_error', `ends with ${key.slice(0, 7)}`);
  assert.equal(hideCredentials(word, keyed).message, word.message);
});

test('an error without a key stays as it is', () => {
  const titled = { ...deployment.provider, headers: { 'X-Title': 'my assistant' } };
  const roles = new ConclaveError('invalid_request', 'roles alternate between user and assistant');
  assert.equal(hideCredentials(roles, { ...keyed, provider: titled }), roles);
  const error = new ConclaveError('provider_error', 'The model is not there.');
  assert.equal(hideCredentials(error, keyed), error);
});

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { request } from 'undici';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { Secret, type AwsAccess } from '../core/credential.ts';
import { awsSigner } from './aws-sign.ts';

const signAws = awsSigner({});

const path = '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse';
const key = 'not-a-real-key';
const access: AwsAccess = {
  region: 'eu-central-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: new Secret(key),
};

test('the signature of the request as received is valid by AWS’s own description', async () => {
  for (const body of ['{"messages":[{"text":"Grüße"}]}', Buffer.from('{"a":1}')]) {
    const seen = await arrived(body, access);
    assert.match(
      seen.headers.authorization ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/bedrock\//,
    );
    assert.equal(seen.headers.authorization?.split('Signature=')[1], signatureOf(seen));
    assert.equal(seen.headers['content-type'], 'application/json');
  }
});

test('a session token is sent and signed', async () => {
  const seen = await arrived('{}', { ...access, sessionToken: new Secret('token') });
  assert.equal(seen.headers['x-amz-security-token'], 'token');
  assert.match(seen.headers.authorization ?? '', /SignedHeaders=[^,]*x-amz-security-token/);
  assert.equal(seen.headers.authorization?.split('Signature=')[1], signatureOf(seen));
});

test('white space around a variable is not part of a credential', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] });
  const signed = (around: string) => {
    const variables = {
      AWS_PROFILE: around,
      AWS_ACCESS_KEY_ID: `AKIDGIVEN${around}`,
      AWS_SECRET_ACCESS_KEY: `${key}${around}`,
      AWS_SESSION_TOKEN: `token${around}`,
    };
    const unsigned = { url: 'http://127.0.0.1:1/', headers: {}, body: '' };
    return awsSigner(variables)(unsigned, { region: 'us-east-1' });
  };
  assert.deepEqual(await signed(' \r\n'), await signed(''));
});

test('the region is read from the address if none is given', async () => {
  const { accessKeyId, secretAccessKey } = access;
  const given = {
    headers: {},
    body: '',
    url: 'https://bedrock-runtime.us-gov-west-1.amazonaws.com/model/x/converse',
  };
  const headers = await signAws(given, {
    accessKeyId: accessKeyId ?? '',
    secretAccessKey: secretAccessKey ?? new Secret(''),
  });
  assert.match(headers.authorization ?? '', /\/us-gov-west-1\/bedrock\//);
  await assert.rejects(
    signAws({ ...given, url: 'http://127.0.0.1:1/' }, { accessKeyId: 'a', secretAccessKey: new Secret('b') }),
    {
      code: 'configuration',
    },
  );
});

test('without configured keys, the chain uses the given variables, not those of the process', async (t) => {
  const folder = tempFolder(t, {
    credentials: `[team]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = ${key}\n`,
  });
  const files = {
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_CONFIG_FILE: join(folder, 'none'),
  };
  const keys = { AWS_ACCESS_KEY_ID: 'AKIDGIVEN', AWS_SECRET_ACCESS_KEY: key };
  const changes = { ...keys, AWS_ACCESS_KEY_ID: 'AKIDPROCESS', AWS_EC2_METADATA_DISABLED: 'true' };
  const before = { ...process.env };
  Object.assign(process.env, changes);
  const signedBy = async (env: Readonly<Record<string, string>>) => {
    const unsigned = { url: 'http://127.0.0.1:1/', headers: {}, body: '' };
    const { authorization = '' } = await awsSigner(env)(unsigned, { region: 'us-east-1' });
    return /Credential=([^/]+)/.exec(authorization)?.[1];
  };
  try {
    assert.equal(await signedBy({ ...files, AWS_PROFILE: 'team' }), 'AKIDPROFILE');
    assert.equal(await signedBy({ ...files, ...keys }), 'AKIDGIVEN');
    assert.equal(await signedBy({ ...files, ...keys, AWS_PROFILE: 'team' }), 'AKIDPROFILE');
    await assert.rejects(signedBy(files), { code: 'provider_auth' });
  } finally {
    for (const name of Object.keys(changes)) delete process.env[name];
    Object.assign(process.env, before);
  }
});

type Arrived = { readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: Buffer };

/** Signs a request, sends it to a local server and returns what the server saw. */
async function arrived(body: string | Buffer, given: AwsAccess): Promise<Arrived> {
  let seen: Arrived | undefined;
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      seen = { url: incoming.url ?? '', headers: incoming.headers, body: Buffer.concat(pieces) };
      outgoing.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    // A server that listens on a port has an address object.
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}${path}`;
    const headers = await signAws({ url, headers: { 'content-type': 'application/json' }, body }, given);
    const reply = await request(url, { method: 'POST', headers, body });
    await reply.body.dump();
  } finally {
    server.close();
  }
  return seen ?? assert.fail('nothing arrived');
}

/** Signature Version 4 of a request that has arrived, from AWS's description of it. */
function signatureOf({ url, headers, body }: Arrived): string {
  const [, scope = '', signed = ''] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
  const hmac = (secret: string | Buffer, data: string) => createHmac('sha256', secret).update(data).digest();
  const canonicalPath = url.split('/').map(encodeURIComponent).join('/');
  const canonicalHeaders = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = ['POST', canonicalPath, '', canonicalHeaders.join(''), signed, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, hash(canonical)].join('\n');
  const signingKey = scope.split('/').reduce<Buffer | string>(hmac, `AWS4${key}`);
  return hmac(signingKey, toSign).toString('hex');
}

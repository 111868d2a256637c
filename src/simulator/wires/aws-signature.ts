import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refused } from '../problem.ts';

/** The only account whose signatures are checked; those of other key ids are accepted unchecked. */
const simulatedAccount = { accessKeyId: 'AKIDSIMULATED', secretAccessKey: 'simulated' } as const;

/**
 * Checks a request signed by the simulated account like AWS (Signature Version 4).
 * @throws Refused if the signature does not match the request
 */
export function refuseForged(request: IncomingMessage, body: Buffer): void {
  const signed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      request.headers.authorization ?? '',
    );
  if (!signed) return;
  const [, keyId, day = '', region = '', service = '', headerNames = '', signature = ''] = signed;
  if (keyId !== simulatedAccount.accessKeyId) return;
  const scope = { day, region, service };
  const expected = signatureFor(request, body, scope, headerNames);
  const fits =
    expected.length === signature.length && timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
  if (fits) return;
  throw new Refused({ kind: 'forbidden', status: 403, model: '', code: 'signature' });
}

type Scope = { readonly day: string; readonly region: string; readonly service: string };

function signatureFor(request: IncomingMessage, body: Buffer, scope: Scope, headerNames: string): string {
  const { day, region, service } = scope;
  const toSign = [
    'AWS4-HMAC-SHA256',
    String(request.headers['x-amz-date'] ?? ''),
    `${day}/${region}/${service}/aws4_request`,
    sha256(canonicalRequest(request, body, headerNames)),
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, step) => hmac(secret, step),
    `AWS4${simulatedAccount.secretAccessKey}`,
  );
  return hmac(key, toSign).toString('hex');
}

/** Method, path escaped twice, sorted query, signed headers and the hash of the body, one per line. */
function canonicalRequest(request: IncomingMessage, body: Buffer, headerNames: string): string {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const path = url.pathname.split('/').map(escape).join('/');
  const query = [...url.searchParams]
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .sort()
    .join('&');
  const headers = headerNames.split(';').map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replaceAll(/\s+/g, ' ')}\n`,
  );
  const unread = request.headers['x-amz-content-sha256'] === 'UNSIGNED-PAYLOAD';
  const bodyHash = unread ? 'UNSIGNED-PAYLOAD' : sha256(body);
  return [request.method, path, query, headers.join(''), headerNames, bodyHash].join('\n');
}

function escape(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

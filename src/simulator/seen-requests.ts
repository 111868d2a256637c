import type { IncomingHttpHeaders } from 'node:http';
import type { JsonValue } from '../core/json/json.ts';

/** One request as the simulator saw it. Credentials are left out; `keyHash` tells two of them apart. */
export type SeenRequest = {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly provider: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly keyHash: string | undefined;
  readonly bytes: number;
  /** Absent above 256 KiB. */
  readonly body?: JsonValue;
};

/** A client that left before its reply was whole. */
export type SeenAbort = {
  readonly at: number;
  readonly path: string;
  readonly model: string;
  /** From the request's arrival. */
  readonly afterMs: number;
};

const secretHeaders = /^(?:authorization|x-api-key|api-key|x-goog-api-key|cookie|x-amz-security-token)$/;

/** Headers as a test may read them. */
export function withoutCredentials(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !secretHeaders.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** The credential a request carries, wherever its provider wants it. */
export function credentialOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const bearer = headers.authorization?.replace(/^Bearer\s+/i, '');
  const named = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers['api-key'];
  return bearer ?? (typeof named === 'string' ? named : undefined) ?? query.get('key') ?? undefined;
}

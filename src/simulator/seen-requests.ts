import type { IncomingHttpHeaders } from 'node:http';
import type { JsonValue } from '../core/json/json.ts';

/** A request as the simulator received it. Credentials are left out; `keyHash` distinguishes them. */
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

/** A client that disconnected before its reply was complete. */
export type SeenAbort = {
  readonly at: number;
  readonly path: string;
  readonly model: string;
  /** Milliseconds since the request's arrival. */
  readonly afterMs: number;
};

const secretHeaders = /^(?:authorization|x-api-key|api-key|x-goog-api-key|cookie|x-amz-security-token)$/;

/** Returns the headers without credentials. */
export function withoutCredentials(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !secretHeaders.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** Returns the credential of a request, wherever its provider expects it. */
export function credentialOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const bearer = headers.authorization?.replace(/^Bearer\s+/i, '');
  const named = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers['api-key'];
  return bearer ?? (typeof named === 'string' ? named : undefined) ?? query.get('key') ?? undefined;
}

import { hash } from 'node:crypto';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import { wholeBody, type OutgoingBody, type OutgoingRequest } from '../../core/wire/transport.ts';

/** One recorded exchange with a provider. It contains neither credentials nor other request headers. */
export type Recording = {
  readonly version: 1;
  readonly request: { readonly method: string; readonly url: string; readonly body?: JsonValue };
  readonly reply: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** The body in the pieces in which it arrived, base64. */
    readonly pieces: readonly string[];
  };
};

/** Reply headers to keep; others may name accounts. */
const keptHeaders = ['content-type', 'retry-after', 'retry-after-ms'];

export function keptReplyHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value;
  }
  return kept;
}

/** Returns the request to record, without the query, which may contain a key. */
export function keptRequest({ method, url, body }: OutgoingRequest): Recording['request'] {
  const parsed = body === undefined ? undefined : parse(body);
  const bare = new URL(url);
  return { method, url: bare.origin + bare.pathname, ...(parsed !== undefined && { body: parsed }) };
}

/**
 * Returns a key that is equal for equivalent requests, whatever the order of their members and whichever host they went
 * to. Only the last two path segments are used, which contain what a body may omit (`<model>/converse`).
 */
export function recordingKey({ method, url, body }: Recording['request']): string {
  const call = new URL(url).pathname.split('/').slice(-2).join('/');
  return hash('sha256', JSON.stringify([method, call, sorted(body ?? null)]), 'hex').slice(0, 24);
}

function parse(body: OutgoingBody): JsonValue {
  const whole = wholeBody(body);
  const text = typeof whole === 'string' ? whole : Buffer.from(whole).toString('utf8');
  try {
    // `JSON.parse` returns JSON values.
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).toSorted();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}

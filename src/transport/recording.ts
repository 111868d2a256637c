import { hash } from 'node:crypto';
import { isJsonObject, type JsonValue } from '../core/json/json.ts';
import { wholeBody, type OutgoingBody, type OutgoingRequest } from '../core/wire/transport.ts';

/** One exchange with a provider as it is kept on disk. Neither credentials nor other request headers are in it. */
export type Recording = {
  readonly version: 1;
  readonly request: { readonly method: string; readonly url: string; readonly body?: JsonValue };
  readonly reply: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** The body in the pieces in which it came, base64. */
    readonly pieces: readonly string[];
  };
};

/** Reply headers that say what the body is; others may name accounts. */
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

/** The request as it is kept: the query may carry a key, and so it is dropped. */
export function keptRequest({ method, url, body }: OutgoingRequest): Recording['request'] {
  const parsed = body === undefined ? undefined : parse(body);
  const bare = new URL(url);
  return { method, url: bare.origin + bare.pathname, ...(parsed !== undefined && { body: parsed }) };
}

/**
 * Equal for requests that ask the same, whatever the order of their members and whoever's address it was: of the path
 * the last two segments count, which hold what a body may leave out (`<model>/converse`).
 */
export function recordingKey({ method, url, body }: Recording['request']): string {
  const call = new URL(url).pathname.split('/').slice(-2).join('/');
  return hash('sha256', JSON.stringify([method, call, sorted(body ?? null)]), 'hex').slice(0, 24);
}

function parse(body: OutgoingBody): JsonValue {
  const whole = wholeBody(body);
  const text = typeof whole === 'string' ? whole : Buffer.from(whole).toString('utf8');
  try {
    // What JSON.parse returns is JSON.
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

import type { ConclaveError } from '../errors.ts';
import type { Ms } from '../units.ts';

/** A request to a provider. Its origin is the deployment's own; redirects to others are never followed. */
export type OutgoingRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: OutgoingBody;
  readonly signal: AbortSignal;
  readonly timeouts: TransportTimeouts;
};

/** Pieces are sent one after the other, without being copied into one. */
export type OutgoingBody = Uint8Array | string | readonly Uint8Array[];

/** Returns the whole body in one piece. */
export function wholeBody(body: OutgoingBody): Uint8Array | string {
  return typeof body === 'string' || body instanceof Uint8Array ? body : Buffer.concat(body);
}

export type TransportTimeouts = {
  /** Until the connection is established. */
  readonly connectMs: Ms;
  /** From the request until the head of the reply; Infinity: the signal ends it. */
  readonly firstByteMs: Ms;
  /** The setting that `firstByteMs` comes from, for the error. Default: `firstByteMs`. */
  readonly firstByteSetting?: string;
  /** Between two chunks of the body. */
  readonly idleMs: Ms;
  /** The setting that `idleMs` comes from, for the error. Default: `idleMs`. */
  readonly idleSetting?: string;
  /** From the head of the reply until its reader calls `begun`, whatever arrives in between. Default: no limit. */
  readonly contentMs?: Ms;
};

export type IncomingReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /**
   * The body in chunks as they arrive, for one reader, with back-pressure. Ending the loop early destroys the exchange;
   * a caller that does not read the body must end it. Throws a `ConclaveError`: `provider_unreachable` for a reset or a
   * body cut short, `provider_invalid_reply` for broken framing, `provider_timeout` for idleness, `cancelled` for the
   * signal (or the signal's own reason, if that is a `ConclaveError`).
   */
  readonly body: ReplyBody;
};

/** `cut`: the error that ended the body early. Absent: it is complete. */
export type ReceivedBody = { readonly bytes: Uint8Array; readonly cut?: ConclaveError };

/** A body for one reader, in chunks or, if the transport supports it, as a whole. */
export type ReplyBody = AsyncIterable<Uint8Array> & {
  /** Resolves with the whole body once it has ended, or with what arrived of it. More than `most` bytes are not kept. */
  readWhole?(most: number): Promise<ReceivedBody>;
  /** Reports that the content that `contentMs` waits for has begun. */
  begun?(): void;
};

/**
 * HTTP client for providers. Throws a `ConclaveError` if no reply head arrives. Redirects are returned as replies, not
 * followed.
 */
export interface Transport {
  send(request: OutgoingRequest): Promise<IncomingReply>;
  /** Ends all open exchanges with `shutting_down`. */
  close(): Promise<void>;
}

import type { Ms } from '../units.ts';

/** A request to a provider. Its origin is the deployment's own and is never followed elsewhere. */
export type OutgoingRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: OutgoingBody;
  readonly signal: AbortSignal;
  readonly timeouts: TransportTimeouts;
};

/** Pieces go out one behind the other, without being copied into one. */
export type OutgoingBody = Uint8Array | string | readonly Uint8Array[];

/** All of a body in one. */
export function wholeBody(body: OutgoingBody): Uint8Array | string {
  return typeof body === 'string' || body instanceof Uint8Array ? body : Buffer.concat(body);
}

export type TransportTimeouts = {
  /** Until the connection stands. */
  readonly connectMs: Ms;
  /** From the request until the head of the reply; Infinity: the signal ends it. */
  readonly firstByteMs: Ms;
  /** The setting that `firstByteMs` comes from, for the error. Default: `firstByteMs`. */
  readonly firstByteSetting?: string;
  /** Between two pieces of the body. */
  readonly idleMs: Ms;
  /** The setting that `idleMs` comes from, for the error. Default: `idleMs`. */
  readonly idleSetting?: string;
  /** From the head of the reply until its reader calls `begun`, whatever arrives meanwhile. Default: no end. */
  readonly contentMs?: Ms;
};

export type IncomingReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /**
   * The body in pieces as they arrive, for one reader, with back-pressure. Ending the loop early destroys the
   * exchange; whoever does not read a body must end it. Throws a `ConclaveError`: `provider_unreachable` for a reset
   * or a body cut short, `provider_invalid_reply` for broken framing, `provider_timeout` for idleness, `cancelled`
   * for the signal (or the signal's own reason, where that is a `ConclaveError`).
   */
  readonly body: ReplyBody;
};

/** A body for one reader, piece by piece or, where its transport can, as one. */
export type ReplyBody = AsyncIterable<Uint8Array> & {
  /** All of it at its end, without a pause on the way. @throws ConclaveError `provider_invalid_reply` above `most` bytes. */
  readWhole?(most: number): Promise<Uint8Array>;
  /** The content has begun that `contentMs` waits for. */
  begun?(): void;
};

/** HTTP outwards. Throws a `ConclaveError` when no reply head arrives. Redirects are replies; none is followed. */
export interface Transport {
  send(request: OutgoingRequest): Promise<IncomingReply>;
  /** Ends what is still open with `shutting_down`. */
  close(): Promise<void>;
}

import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorCode } from '../errors.ts';
import type { JsonObject } from '../json/json.ts';
import type { JsonMember } from '../json/top-level-members.ts';

/** A reply that is complete when it is sent. */
export type WholeReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
};

/** An error as a reply. */
export type ErrorReply = WholeReply & { readonly body: string };

/** A body that is a JSON object, as received and as parsed. */
export type JsonDocument = {
  readonly bytes: Uint8Array;
  readonly value: JsonObject;
  /** The positions of its members in the bytes. */
  readonly members: readonly JsonMember[];
};

/** What a route adds to the access log line of a request. */
export type AccessNotes = {
  keyName?: string;
  requestId?: string | undefined;
  model?: string;
  errorCode?: ErrorCode;
  /** The error's full message, if the client got a shorter one. */
  reason?: string;
};

/** One request and its reply, as a route sees them. The sockets are up to the transport. */
export interface HttpExchange {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the client's socket closes before the reply has ended. */
  readonly signal: AbortSignal;
  readonly headSent: boolean;
  /** The reply's status, once its head has been sent. */
  readonly status: number | undefined;
  /** The address of the other end of the connection, which may be a proxy. */
  readonly remoteAddress: string | undefined;
  readonly notes: AccessNotes;
  /**
   * Reads the body as bytes and as a JSON object. `keyId` is the key that sends it. @throws ConclaveError if the body is
   * too large, unreadable or not an object, or if the key sends too much at the same time.
   */
  readJson(keyId: string): Promise<JsonDocument>;
  writeHead(status: number, headers: Readonly<Record<string, string>>): void;
  /**
   * Returns `undefined` if the caller may go on at once. A promise means that the client reads too slowly: wait for it.
   * It rejects if the client has gone.
   */
  write(piece: Uint8Array | string): Promise<void> | undefined;
  end(): Promise<void>;
  /** Sends a whole reply at once. */
  send(reply: WholeReply): void;
  destroy(): void;
}

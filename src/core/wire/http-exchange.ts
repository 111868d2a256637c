import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorCode } from '../errors.ts';
import type { JsonObject } from '../json/json.ts';
import type { JsonMember } from '../json/top-level-members.ts';

/** A reply that is known as a whole. */
export type WholeReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
};

/** A body that is a JSON object, as it came and read. */
export type JsonDocument = {
  readonly bytes: Uint8Array;
  readonly value: JsonObject;
  /** Where its members stand in the bytes. */
  readonly members: readonly JsonMember[];
};

/** What a route tells the line that the log gets about each request. */
export type AccessNotes = {
  keyName?: string;
  requestId?: string | undefined;
  model?: string;
  errorCode?: ErrorCode;
  /** The error's message, where the client was told less. */
  reason?: string;
};

/** One request and its reply, as a route sees them. The transport behind it knows about sockets. */
export interface HttpExchange {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the client's socket closes before the reply has ended. */
  readonly signal: AbortSignal;
  readonly headSent: boolean;
  /** Of the reply, once its head has gone out. */
  readonly status: number | undefined;
  /** Of whoever is at the other end of the connection, which may be a proxy. */
  readonly remoteAddress: string | undefined;
  readonly notes: AccessNotes;
  /** The body as bytes and as a JSON object. @throws ConclaveError for one too large, unreadable or no object. */
  readJson(): Promise<JsonDocument>;
  writeHead(status: number, headers: Readonly<Record<string, string>>): void;
  /** `undefined`: go on at once. A promise: the reader is behind; wait. It rejects when the reader has gone. */
  write(piece: Uint8Array | string): Promise<void> | undefined;
  end(): Promise<void>;
  /** A whole reply at once. */
  send(reply: WholeReply): void;
  destroy(): void;
}

import type { CollectedReply } from './collected-reply.ts';
import type { DialectId } from './content.ts';
import type { ConclaveError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import type { Model } from '../model.ts';
import type { Quirks } from '../provider.ts';
import type { ModelRequest } from './request.ts';
import type { StreamPart } from './stream-part.ts';
import type { Tokens } from '../units.ts';
import type { Usage } from '../money/usage.ts';

/** What a codec must know of the model that it writes a request for. */
export type WireTarget = {
  /** The model's name on the wire. */
  readonly model: string;
  readonly quirks: Quirks;
  readonly stream: boolean;
  readonly maxOutputTokens?: Tokens;
  readonly contextWindow?: Tokens;
  /**
   * Conclave chose the model: what it is known to refuse is changed in a relayed request, too, with a warning. Absent:
   * the caller named it, and hears from itself.
   */
  readonly chosen?: true;
  /** What the model is known to do, or not to do. */
  readonly capabilities?: Model['capabilities'];
  /**
   * Whether this provider, with this credential, can open a proof of reasoning, sealed or as its maker wrote it. Absent:
   * it is not known who made any. A translation is given none that cannot be opened; a relay takes them out itself.
   */
  readonly opens?: (proof: string) => boolean;
};

/** A change to one top-level member of a JSON body; `undefined` removes it. */
export type MemberEdit = { readonly member: string; readonly value: JsonValue | undefined };

/** Below the deployment's base URL. Credentials are added by the engine. */
export type WireRequest = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** What of the request could not cross, one sentence each. */
  readonly warnings: readonly string[];
  /** The model was given a tool to answer with; what it says beside it is no part of the answer. */
  readonly answersByTool?: boolean;
};

/** The same request in the client's own dialect: its bytes stay, but for these members. */
export type RelayRequest = Omit<WireRequest, 'body'> & { readonly edits: readonly MemberEdit[] };

/** The head of a provider's failed reply. `body` is at most 64 KiB of it. */
export type WireFailure = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  readonly provider: string;
};

/**
 * Reads the bytes of a provider's stream, cut anywhere, into parts. `end` reports what the missing rest means: a
 * stream without its terminal event yields an `error` part with `stream_truncated`. Exactly one `finish` or `error`
 * comes out of a reader, and nothing after it. Never throws on bad bytes: they become an `error` part.
 */
export interface ReplyReader {
  push(bytes: Uint8Array): StreamPart[];
  end(): StreamPart[];
}

/** What a client's dialect needs for its envelope. */
export type ReplyContext = {
  readonly id: string;
  /** The model name that the client is told. */
  readonly model: string;
  readonly createdAt: number;
  /** The request, for what the reply must echo (OpenAI's `include_usage`). */
  readonly request: ModelRequest;
  /** Where the client has had the provider's own bytes so far. Absent: the reply begins here. */
  readonly begun?: BegunReply;
};

/** What a client has had of a relayed stream that Conclave must end. */
export type BegunReply = {
  /** What the provider called the reply. */
  readonly id?: string;
  /** How many events there were, where the dialect numbers them. */
  readonly events: number;
  /** What the provider counted until then. */
  readonly usage?: Usage;
};

/** Writes parts as a client's stream. After a `finish` or `error` part `push` writes nothing more. */
export interface ReplyWriter {
  /** What to send now, `''` for nothing; bytes where the dialect's streams are no text. */
  push(parts: readonly StreamPart[]): string | Uint8Array;
  /** Keeps an idle connection alive without meaning anything to the client. */
  ping(): string;
}

/**
 * How a dialect asks for vectors and gets them; all else is as for answers. Only OpenAI's dialect has clients for it,
 * so only that one reads requests and writes replies. A vector is an opaque part in OpenAI's own words.
 */
export type EmbeddingCodec = Pick<Dialect, 'writeRequest' | 'readReply'> &
  Partial<Pick<Dialect, 'readRequest' | 'relayRequest' | 'writeReply'>>;

/**
 * One wire format, both sides of it: four pure functions, each for whole replies and for streams, and their errors.
 * No I/O, no clock, no state outside the readers and writers.
 */
export interface Dialect {
  readonly id: DialectId;
  /** The reply header in which its servers name a request, and its clients look for that name. */
  readonly requestIdHeader?: string;
  /** Content type of its streams. */
  readonly streamContentType: string;
  /**
   * Whether its providers fetch images and documents from URLs: `some` models do (bytes are safer), or none (`no`).
   * Default: `yes`.
   */
  readonly urlMedia?: 'yes' | 'some' | 'no';
  /** The names of tools that its providers take. Default: any. */
  readonly toolName?: RegExp;
  /** The last event of a good stream where it says nothing of the answer, and some sellers leave it out (`[DONE]`). */
  readonly streamEnd?: string;
  /** Whether the maker of a model refuses a request in this dialect, and takes it in another that it speaks. */
  refusedHere?(request: ModelRequest, model: string): boolean;
  /** Client's request → ours. @throws ConclaveError `invalid_request` with `param`. */
  readRequest(body: JsonObject): ModelRequest;
  /** Ours → provider's request. @throws ConclaveError `unsupported` when a required field has no word here. */
  writeRequest(request: ModelRequest, target: WireTarget): WireRequest;
  /** The client's own body for a provider of the same dialect. */
  relayRequest(body: JsonObject, request: ModelRequest, target: WireTarget): RelayRequest;
  /**
   * What a relayed stream loses on its way because only Conclave asked for it. The function takes whole events and
   * returns those that the client shall see; absent or `undefined`: all of them.
   */
  relayFilter?(request: ModelRequest): ((events: Uint8Array) => Uint8Array) | undefined;
  /** The number of the last event in a piece of whole ones, where its streams number them. */
  lastEventNumber?(events: Uint8Array): number | undefined;
  /** Provider's whole reply → parts, ending in `finish` or `error`. */
  readReply(body: JsonObject, quirks: Quirks): StreamPart[];
  replyReader(quirks: Quirks): ReplyReader;
  /** Parts → client's whole reply. */
  writeReply(reply: CollectedReply, context: ReplyContext): JsonObject;
  replyWriter(context: ReplyContext): ReplyWriter;
  /** A provider's failure as our error, by status, headers and its own code, never by message alone. */
  readError(failure: WireFailure): ConclaveError;
  /**
   * Whether its servers tell this failure on a stream with status 200, where one was asked for and nothing of it has
   * gone out yet, and its clients look for it there alone. Default: never.
   */
  toldInStream?(error: ConclaveError): boolean;
  /** Our error in the client's own shape. */
  writeError(error: ConclaveError): { readonly status: number; readonly body: JsonObject };
  /** Absent: its providers have no vectors, or not in this dialect. */
  readonly embeddings?: EmbeddingCodec;
}

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

/** What a codec must know about the model that it writes a request for. */
export type WireTarget = {
  /** The model's name on the wire. */
  readonly model: string;
  /** A name that shows the model's maker and generation, if the name on the wire does not (an ARN). */
  readonly knownAs?: string;
  readonly quirks: Quirks;
  readonly stream: boolean;
  readonly maxOutputTokens?: Tokens;
  readonly contextWindow?: Tokens;
  /**
   * Conclave chose the model: what the model is known to reject is changed with a warning, even in a relayed request.
   * Absent: the caller named the model, and gets its errors.
   */
  readonly chosen?: true;
  /** The model was seen to refuse readable reasoning without a proof, though its name does not show that it does. */
  readonly refusesOpenThoughts?: true;
  /** The model's known capabilities, present or missing. */
  readonly capabilities?: Model['capabilities'];
  /**
   * Whether this provider, with this credential, can open a proof of reasoning, sealed by Conclave or as its maker
   * wrote it; `undefined` if its maker is unknown. Absent: all makers are. A translation omits proofs that cannot be
   * opened; a relay removes them itself.
   */
  readonly opens?: (proof: string) => boolean | undefined;
};

/** A change to one top-level member of a JSON body; `undefined` removes it. */
export type MemberEdit = { readonly member: string; readonly value: JsonValue | undefined };

/** A request, with its path below the deployment's base URL. Credentials are added by the engine. */
export type WireRequest = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** What could not be translated, one sentence each. */
  readonly warnings: readonly string[];
  /** The model was given a tool to answer with; text next to its call is not part of the answer. */
  readonly answersByTool?: boolean;
};

/** A request in the client's own dialect: its bytes stay, except for these members. */
export type RelayRequest = Omit<WireRequest, 'body'> & { readonly edits: readonly MemberEdit[] };

/** A provider's failed reply. `body` is at most its first 64 KiB. */
export type WireFailure = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  readonly provider: string;
};

/**
 * Reads the bytes of a provider's stream, split at any point, into parts. `end` reports what the missing rest means: a
 * stream without its terminal event yields an `error` part with `stream_truncated`. A reader returns exactly one
 * `finish` or `error`, and nothing after it. It never throws on bad bytes: they become an `error` part.
 */
export interface ReplyReader {
  push(bytes: Uint8Array): StreamPart[];
  end(): StreamPart[];
  /**
   * Whether the answer has surely ended, or likely, and only the stream's own end may follow. Absent: both come as one.
   */
  isAnswered?(): boolean | 'likely';
}

/** What a reply in the client's dialect needs besides the parts. */
export type ReplyContext = {
  readonly id: string;
  /** The model name that the client sees. */
  readonly model: string;
  readonly createdAt: number;
  /** The request, for what the reply depends on (OpenAI's `include_usage`). */
  readonly request: ModelRequest;
  /** How many tokens the prompt is estimated to have, for streams that begin with a usage. Absent: none. */
  readonly promptEstimate?: Tokens;
  /** Set if the client has already received the provider's own bytes. Absent: the reply begins here. */
  readonly begun?: BegunReply;
};

/** What a client has received of a relayed stream that Conclave must end. */
export type BegunReply = {
  /** The provider's id of the reply. */
  readonly id?: string;
  /** The number of events so far, if the dialect numbers them. */
  readonly events: number;
  /** The usage that the provider reported so far. */
  readonly usage?: Usage;
};

/** Writes parts as a client's stream. After a `finish` or `error` part `push` writes nothing more. */
export interface ReplyWriter {
  /** Returns what to send now, `''` for nothing; bytes if the dialect's streams are not text. */
  push(parts: readonly StreamPart[]): string | Uint8Array;
  /** Returns something that keeps an idle connection alive and that clients ignore. */
  ping(): string;
}

/**
 * A dialect's requests and replies for embeddings; everything else is as for answers. Only OpenAI's dialect has clients
 * for it, so only that one reads requests and writes replies. A vector is an opaque part in OpenAI's format.
 */
export type EmbeddingCodec = Pick<Dialect, 'writeRequest' | 'readReply'> &
  Partial<Pick<Dialect, 'readRequest' | 'relayRequest' | 'encodeReply' | 'writeReply'>>;

/**
 * One wire format, for clients and for providers: pure functions that read and write requests, replies (whole and
 * streamed) and errors. No I/O, no clock, no state outside the readers and writers.
 */
export interface Dialect {
  readonly id: DialectId;
  /** The reply header in which servers return the request id, and in which clients look for it. */
  readonly requestIdHeader?: string;
  /** Content type of its streams. */
  readonly streamContentType: string;
  /**
   * Whether its providers fetch images and documents from URLs: for all models (`yes`), for some (`some`; bytes are
   * safer), or for none (`no`). Default: `yes`.
   */
  readonly urlMedia?: 'yes' | 'some' | 'no';
  /** The tool names that its providers accept. Default: any. */
  readonly toolName?: RegExp;
  /**
   * Returns the property names that a model's maker accepts in the input of a tool, at every provider. Default: any.
   */
  propertyName?(model: string): RegExp | undefined;
  /** Reasoning keeps the signature of its maker, so that it can be moved to another dialect that does the same. */
  readonly makersProofs?: true;
  /** Returns whether a model refuses its own reasoning once anything before it has changed. Default: none does. */
  bindsThoughts?(model: string): boolean;
  /** Returns whether a model takes back readable thoughts without a proof. Default: its provider's quirks tell. */
  takesOpenThoughts?(model: string): boolean;
  /** Its clients go on with an answer that a provider stores by the provider's own id of it. Default: they send it. */
  readonly namesAnswers?: true;
  /** Its providers report the usage of a stream only on request. Default: always. */
  readonly usageOnRequest?: true;
  /** The last event of a complete stream, if it carries no content and some providers omit it (`[DONE]`). */
  readonly streamEnd?: string;
  /** Returns whether the model's maker rejects a request in this dialect but accepts it in another that it supports. */
  refusedHere?(request: ModelRequest, model: string): boolean;
  /**
   * Returns whether the model can stream the answer to this request. If not, it is asked for the whole answer, which is
   * then written as a stream. Default: always.
   */
  canStream?(request: ModelRequest, target: Omit<WireTarget, 'stream'>): boolean;
  /** Client's request → `ModelRequest`. @throws ConclaveError `invalid_request` with `param`. */
  readRequest(body: JsonObject): ModelRequest;
  /**
   * `ModelRequest` → provider's request. @throws ConclaveError `unsupported` if this dialect cannot express a required
   * field.
   */
  writeRequest(request: ModelRequest, target: WireTarget): WireRequest;
  /**
   * Returns whether a provider of the same dialect knows everything that a client's own body may have. If not, the request
   * is translated. Default: it does.
   */
  canRelay?(body: JsonObject, quirks: Quirks): boolean;
  /** Prepares the client's own body for a provider of the same dialect. */
  relayRequest(body: JsonObject, request: ModelRequest, target: WireTarget): RelayRequest;
  /**
   * Removes from a relayed stream what only Conclave asked for, and what its clients cannot read. The function gets whole
   * events, at least all with a usage, a warning or an end, and returns what the client shall see; absent or
   * `undefined`: all of them.
   */
  relayFilter?(request: ModelRequest): ((events: Uint8Array) => Uint8Array) | undefined;
  /** The number of the last event in a chunk of whole events, if the dialect numbers them. */
  lastEventNumber?(events: Uint8Array): number | undefined;
  /**
   * Provider's whole reply → parts, ending in `finish` or `error`. `answers`: how many were asked for (OpenAI's `n`);
   * absent: unknown.
   */
  readReply(body: JsonObject, quirks: Quirks, answers?: number): StreamPart[];
  replyReader(quirks: Quirks, answers?: number): ReplyReader;
  /** Returns a provider's whole reply with its vectors encoded as the request asks; `undefined` if they are. */
  encodeReply?(body: JsonObject, request: ModelRequest): JsonObject | undefined;
  /** Parts → client's whole reply. */
  writeReply(reply: CollectedReply, context: ReplyContext): JsonObject;
  replyWriter(context: ReplyContext): ReplyWriter;
  /** Maps a provider's failure to our error, by status, headers and its own code, never by message alone. */
  readError(failure: WireFailure): ConclaveError;
  /**
   * Whether its servers report this failure inside a stream with status 200, if a stream was requested and nothing has
   * been sent yet, and its clients look for it only there. Default: never.
   */
  reportsInStream?(error: ConclaveError): boolean;
  /** Writes our error in the client's format. */
  writeError(error: ConclaveError): { readonly status: number; readonly body: JsonObject };
  /** Absent: its providers have no embeddings, or not in this dialect. */
  readonly embeddings?: EmbeddingCodec;
}

import { ConclaveError, asConclaveError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { Dialect } from '../core/dialect.ts';
import type { Quirks } from '../core/provider.ts';
import { isContent, type StreamPart } from '../core/stream-part.ts';
import type { ReplyBody } from '../core/transport.ts';

/** A piece of a provider's reply: its bytes as they came, and what they mean. */
export type Chunk = { readonly bytes: Uint8Array; readonly parts: readonly StreamPart[] };

const noBytes = new Uint8Array(0);
/** A whole reply larger than this is refused rather than held in memory. */
const maxWholeReplyBytes = 64 * 1024 * 1024;

/** The pieces of a streamed reply. Whatever the network does, the last piece holds the one `finish` or `error`. */
export async function* streamedChunks(
  body: AsyncIterable<Uint8Array>,
  dialect: Dialect,
  quirks: Quirks,
): AsyncGenerator<Chunk> {
  const reader = dialect.replyReader(quirks);
  let cut: ConclaveError | undefined;
  let ended = false;
  let empty = true;
  try {
    for await (const bytes of body) {
      empty = false;
      const parts = reader.push(bytes);
      ended ||= parts.some(isTerminal);
      yield { bytes, parts };
    }
  } catch (error) {
    cut = asConclaveError(error);
  }
  if (ended) return;
  if (cut) yield { bytes: noBytes, parts: [{ type: 'error', error: cutShort(cut) }] };
  else if (empty) yield { bytes: noBytes, parts: [{ type: 'error', error: emptyReply() }] };
  else yield { bytes: noBytes, parts: reader.end() };
}

/** A whole JSON reply as one piece. @throws ConclaveError `provider_invalid_reply` for an empty or unreadable one. */
export async function wholeChunk(body: ReplyBody, dialect: Dialect, quirks: Quirks): Promise<Chunk> {
  const bytes = await readAll(body, maxWholeReplyBytes);
  return { bytes, parts: dialect.readReply(parseReply(bytes), quirks) };
}

/** Reads a body to its end. @throws ConclaveError `provider_invalid_reply` beyond `most` bytes. */
export async function readAll(body: ReplyBody, most: number): Promise<Uint8Array> {
  if (body.readWhole) return body.readWhole(most);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > most)
      throw new ConclaveError('provider_invalid_reply', `The provider's reply exceeds ${most} bytes.`);
    pieces.push(piece);
  }
  const [only] = pieces;
  return only && pieces.length === 1 ? only : Buffer.concat(pieces, size);
}

/** True for the part after which nothing follows. */
export function isTerminal(part: StreamPart): part is Extract<StreamPart, { type: 'finish' | 'error' }> {
  return part.type === 'finish' || part.type === 'error';
}

/**
 * Reads ahead until the client would see something, so that until then another candidate can still answer.
 * Returns the pieces read; the iterator goes on behind them.
 * @throws ConclaveError when the reply fails before its first content.
 */
export async function readToContent(chunks: AsyncIterator<Chunk>): Promise<Chunk[]> {
  const held: Chunk[] = [];
  for (;;) {
    const next = await chunks.next();
    if (next.done) throw emptyReply();
    held.push(next.value);
    if (hasBegun(next.value)) return held;
  }
}

/** Whether a client would see something of it. @throws ConclaveError for a failure before that. */
export function hasBegun({ parts }: Chunk): boolean {
  for (const part of parts) {
    if (part.type === 'error') throw beforeContent(part.error);
    if (part.type === 'finish' || isContent(part)) return true;
  }
  return false;
}

function parseReply(bytes: Uint8Array) {
  if (bytes.byteLength === 0)
    throw new ConclaveError('provider_invalid_reply', 'The provider sent an empty reply.');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (error) {
    throw new ConclaveError('provider_invalid_reply', 'The provider sent a reply that is not JSON.', {
      cause: error,
    });
  }
  if (!isJsonObject(value))
    throw new ConclaveError('provider_invalid_reply', 'The provider sent JSON that is no object.');
  return value;
}

export function emptyReply(): ConclaveError {
  return new ConclaveError('provider_invalid_reply', 'The provider sent an empty reply.');
}

/** Mid-stream a broken connection and a silent one are both a cut; a hang-up stays what it is. */
function cutShort(error: ConclaveError): ConclaveError {
  if (error.code === 'cancelled') return error;
  return new ConclaveError('stream_truncated', `The provider's stream was cut short: ${error.message}`, {
    cause: error,
    status: error.status,
  });
}

/** Before content a cut is a failed attempt like any other: what cut it decides what happens next. */
function beforeContent(error: ConclaveError): ConclaveError {
  const { cause } = error.details;
  return error.code === 'stream_truncated' && cause instanceof ConclaveError ? cause : error;
}

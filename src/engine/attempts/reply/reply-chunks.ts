import { ConclaveError, asConclaveError } from '../../../core/errors.ts';
import type { Dialect, ReplyReader } from '../../../core/wire/dialect.ts';
import type { Quirks } from '../../../core/provider.ts';
import { maxHeldBytes, replyTooLarge } from '../../../core/wire/reply-too-large.ts';
import { nextOf, over, readyIterator, type ReadyIterator } from '../../../core/streams/ready-iterator.ts';
import type { Chunk } from './chunk.ts';
import { MislabelledReply } from './mislabelled-reply.ts';
import type { Ms } from '../../../core/units.ts';
import { isContent, type LastPart, type StreamPart } from '../../../core/wire/stream-part.ts';
import type { ReplyBody } from '../../../core/wire/transport.ts';

const noBytes = new Uint8Array(0);

/**
 * How long a stream may go on without anything new after its answer has ended: some servers send no end marker and keep
 * the connection open, or alive with comments.
 */
const graceMs: Ms = 5_000;

/** The same where the answer has only likely ended: a model may think before it goes on. */
const likelyGraceMs: Ms = 15_000;

/**
 * Returns the pieces of a streamed reply. However the connection behaves, the last piece contains the one `finish` or
 * `error`.
 */
export function streamedChunks(body: ReplyBody, terms: ReplyTerms): AsyncIterator<Chunk> {
  return new StreamedChunks(body, terms);
}

/** What decides how a reply is read. `answers`: how many were asked for. */
export type ReplyTerms = { readonly dialect: Dialect; readonly quirks: Quirks; readonly answers: number };

/** Written by hand, not as a generator, because it runs once per chunk of every answer. */
class StreamedChunks implements ReadyIterator<Chunk> {
  readonly #body: ReadyIterator<Uint8Array>;
  readonly #terms: ReplyTerms;
  readonly #reader: ReplyReader;
  #empty = true;
  /** Until it is known that the body is a stream. */
  #mislabelled: MislabelledReply | undefined;
  /** The end that the reader found has been passed on; later pieces contain only bytes. */
  #ended = false;
  #over = false;
  /** Resolves when the time after the answer is over. */
  #grace: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLate = false;

  constructor(body: ReplyBody, terms: ReplyTerms) {
    this.#body = readyIterator(body[Symbol.asyncIterator]());
    this.#terms = terms;
    this.#reader = terms.dialect.replyReader(terms.quirks, terms.answers);
    // Only of events JSON is no part: Ollama's stream consists of it.
    if (isOfEvents(terms.dialect)) this.#mislabelled = new MislabelledReply();
  }

  ready(): IteratorResult<Chunk, undefined> | undefined {
    if (this.#over) return over;
    if (this.#isLate) return this.#leave();
    let next: IteratorResult<Uint8Array> | undefined;
    try {
      next = this.#body.ready();
    } catch (thrown) {
      return this.#cut(thrown);
    }
    return next && this.#read(next);
  }

  arrival(): Promise<void> {
    const answered = this.#ended ? false : (this.#reader.isAnswered?.() ?? false);
    if (answered === false) return this.#body.arrival();
    this.#grace ??= new Promise((resolve) => {
      this.#timer = setTimeout(
        () => {
          this.#isLate = true;
          resolve();
        },
        answered === 'likely' ? likelyGraceMs : graceMs,
      );
    });
    return Promise.race([this.#body.arrival(), this.#grace]);
  }

  next(): Promise<IteratorResult<Chunk, undefined>> {
    return nextOf(this);
  }

  async return(): Promise<IteratorResult<Chunk, undefined>> {
    this.#over = true;
    clearTimeout(this.#timer);
    await this.#body.return?.();
    return over;
  }

  #read(next: IteratorResult<Uint8Array>): IteratorResult<Chunk, undefined> {
    if (next.done) return this.#last(() => (this.#empty ? [failed(emptyReplyError())] : this.#partsOfEnd()));
    this.#empty = false;
    const bytes = next.value;
    const parts = this.#reader.push(bytes);
    if (this.#mislabelled && (parts.length > 0 || !this.#mislabelled.keep(bytes)))
      this.#mislabelled = undefined;
    this.#ended ||= parts.some(isTerminal);
    if (this.#grace && parts.length > 0) this.#endGrace();
    return { done: false, value: { bytes, parts } };
  }

  #endGrace(): void {
    clearTimeout(this.#timer);
    this.#grace = undefined;
  }

  /** Ends a stream whose answer is complete, and closes its connection. */
  #leave(): IteratorResult<Chunk, undefined> {
    void this.#body.return?.().catch(() => undefined);
    return this.#last(() => this.#reader.end());
  }

  #cut(thrown: unknown): IteratorResult<Chunk, undefined> {
    return this.#last(() => {
      const error = asConclaveError(thrown);
      if (error.code !== 'cancelled') {
        const whole = this.#mislabelled?.parts(this.#terms);
        if (whole) return whole;
        // If the model has finished, only the stream's own end is missing, and the answer is complete.
        const parts = this.#reader.end();
        if (parts.at(-1)?.type === 'finish') return parts;
      }
      return [failed(cutShort(error))];
    });
  }

  #partsOfEnd(): readonly StreamPart[] {
    return this.#mislabelled?.parts(this.#terms) ?? this.#reader.end();
  }

  #last(partsOfEnd: () => readonly StreamPart[]): IteratorResult<Chunk, undefined> {
    this.#over = true;
    clearTimeout(this.#timer);
    return this.#ended ? over : { done: false, value: { bytes: noBytes, parts: partsOfEnd() } };
  }
}

function isOfEvents({ streamContentType }: Dialect): boolean {
  return streamContentType.startsWith('text/event-stream');
}

function failed(error: ConclaveError): StreamPart {
  return { type: 'error', error };
}

/** Returns true for the part after which nothing follows. */
export function isTerminal(part: StreamPart): part is LastPart {
  return part.type === 'finish' || part.type === 'error';
}

/**
 * Reads ahead until the client would see something, so that until then another candidate can still answer.
 * Returns the pieces read, each passed to `see` first; the iterator continues after them.
 * @throws ConclaveError when the reply fails before its first content.
 */
export async function readToContent(
  chunks: AsyncIterator<Chunk>,
  see: (chunk: Chunk) => void,
): Promise<Chunk[]> {
  const held: Chunk[] = [];
  for (;;) {
    const next = await chunks.next();
    if (next.done) throw emptyReplyError();
    see(next.value);
    held.push(next.value);
    if (hasBegun(next.value)) return held;
  }
}

/**
 * Reads on from the first content to the end, for a caller that receives nothing before the end: after a failure
 * anywhere in the answer, another candidate can still answer. Appends what it reads to `held`.
 * @throws ConclaveError when the reply fails before its end.
 */
export async function readToEnd(
  chunks: AsyncIterator<Chunk>,
  held: Chunk[],
  see: (chunk: Chunk) => void,
): Promise<void> {
  let size = 0;
  for (let last = held.at(-1); ;) {
    const end = last?.parts.find(isTerminal);
    if (end?.type === 'error') throw beforeContent(end.error);
    if (end) return;
    const next = await chunks.next();
    if (next.done) throw endlessStream();
    last = next.value;
    see(last);
    held.push(last);
    size += last.bytes.byteLength;
    if (size > maxHeldBytes) throw replyTooLarge('reply');
  }
}

/**
 * Checks a whole reply. Nothing of it has been sent yet, so after a failure another candidate can still answer.
 * @throws ConclaveError for a failure, and for a reply without content.
 */
export function expectAnswer({ parts }: Chunk): void {
  const failure = parts.find((part) => part.type === 'error');
  if (failure) throw beforeContent(failure.error);
  if (!hasBegun({ parts })) throw emptyReplyError();
}

/** Whether a client would see something of it. @throws ConclaveError for a failure before that. */
function hasBegun({ parts }: Pick<Chunk, 'parts'>): boolean {
  for (const part of parts) {
    if (part.type === 'error') throw beforeContent(part.error);
    if (part.type === 'finish' || isContent(part)) return true;
  }
  return false;
}

/** Returns the error for a stream that is over before its end. */
export function endlessStream(): ConclaveError {
  return new ConclaveError('stream_truncated', 'The reply ended without an end marker.');
}

export function emptyReplyError(): ConclaveError {
  return new ConclaveError('provider_invalid_reply', 'The provider sent an empty reply.');
}

/** In the middle of a reply, a broken and a silent connection both count as a cut; a hang-up stays `cancelled`. */
export function cutShort(error: ConclaveError): ConclaveError {
  if (error.code === 'cancelled') return error;
  return new ConclaveError('stream_truncated', `The provider's reply was cut short: ${error.message}`, {
    cause: error,
    status: error.status,
  });
}

/** Before content, a cut is a failed attempt like any other: its cause decides what happens next. */
function beforeContent(error: ConclaveError): ConclaveError {
  const { cause } = error.details;
  return error.code === 'stream_truncated' && cause instanceof ConclaveError ? cause : error;
}

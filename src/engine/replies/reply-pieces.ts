import { asConclaveError, ConclaveError, withRequestId } from '../../core/errors.ts';
import type { Usage } from '../../core/money/usage.ts';
import { nextOf, over, readyIterator, type ReadyIterator } from '../../core/streams/ready-iterator.ts';
import type { FinishPart } from '../../core/wire/stream-part.ts';
import type { CallRecord } from '../row/call-record.ts';
import { hideFromCaller } from '../attempts/failure/hide-from-caller.ts';
import type { Chunk } from '../attempts/reply/chunk.ts';
import { isTerminal, endlessStream } from '../attempts/reply/reply-chunks.ts';
import { guardrailRefusal } from './guardrail-refusal.ts';
import { withHiddenWarnings } from './with-hidden-warnings.ts';
import type { PieceWriter } from './piece-writer.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import { transcript, type Transcript } from './transcript.ts';
import type { ReplyServices } from './reply-services.ts';

/** An error that the provider sent, and the usage that it reported together with it. */
type Failure = { readonly error: ConclaveError; readonly usage: Usage | undefined };

/** A provider that continues for longer than this after its own end is cut off. */
const maxBehindTheEnd = 64 * 1024;

/**
 * A reply in progress, piece by piece. The piece that contains the end waits until the ledger row is committed. A cut
 * becomes an error. If the reader stops early, the call is cancelled, and what was spent is booked. Written by hand,
 * not as a generator, because it runs once per chunk of every answer.
 */
export class ReplyPieces<T> implements ReadyIterator<T> {
  readonly #engine: ReplyServices;
  readonly #record: CallRecord;
  readonly #started: StartedAttempt;
  readonly #rest: ReadyIterator<Chunk> | undefined;
  readonly #writer: PieceWriter<T>;
  readonly #answer: Transcript | undefined;
  /** To be handed over before anything else happens. */
  #pieces: readonly T[] = [];
  #handed = 0;
  /** The provider's error, which follows these pieces. */
  #failure: Failure | undefined;
  /** Set while the row is being written; the pieces after it wait. */
  #writing: Promise<void> | undefined;
  /** Why the row could not be written. */
  #unwritten: { readonly thrown: unknown } | undefined;
  /** The provider has sent its end. */
  #finished: boolean;
  /** The row is settled, or about to be: nothing more is read. */
  #ended = false;

  constructor(engine: ReplyServices, record: CallRecord, started: StartedAttempt, writer: PieceWriter<T>) {
    this.#engine = engine;
    this.#record = record;
    this.#started = started;
    this.#rest = started.rest && readyIterator(started.rest);
    this.#writer = writer;
    this.#answer = transcript(engine, record.call);
    this.#finished = started.held.some(({ parts }) => parts.some(({ type }) => type === 'finish'));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  ready(): IteratorResult<T, undefined> | undefined {
    for (;;) {
      if (this.#writing) return undefined;
      const value = this.#pieces[this.#handed];
      if (value !== undefined) {
        this.#handed += 1;
        return { done: false, value };
      }
      this.#throwUnwritten();
      if (this.#failure) this.#endBadly(this.#failure.error, this.#failure.usage);
      else if (this.#ended) return over;
      else if (!this.#read()) return undefined;
    }
  }

  arrival(): Promise<void> {
    return this.#writing ?? this.#rest?.arrival() ?? Promise.resolve();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return nextOf(this);
  }

  /** The reader stops before the end. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.#pieces = [];
    this.#failure = undefined;
    if (this.#ended) return over;
    this.#ended = true;
    await this.#leave();
    await this.#settleBadly(readerLeft());
    return over;
  }

  /** Takes the next chunk from the provider; returns false if none is available yet. */
  #read(): boolean {
    // Removed one by one, so that chunks read ahead are not kept in memory for as long as the stream lasts.
    const ahead = this.#started.held.shift();
    if (ahead) {
      this.#take(ahead);
      return true;
    }
    try {
      const next = this.#rest ? this.#rest.ready() : over;
      if (!next) return false;
      if (next.done) throw endlessStream();
      this.#started.meter.see(next.value.parts);
      this.#take(next.value);
    } catch (thrown) {
      this.#endBadly(thrown);
    }
    return true;
  }

  #take(read: Chunk): void {
    try {
      const chunk = withHiddenWarnings(read, this.#started.candidate.deployment);
      const blocked = guardrailRefusal(this.#engine, this.#record.call, chunk.parts);
      if (blocked) throw blocked;
      const terminal = chunk.parts.find(isTerminal);
      if (terminal?.type === 'error') {
        const usage = chunk.parts.find((part) => part.type === 'usage')?.usage;
        this.#failure = { error: terminal.error, usage };
        this.#hand(this.#writer.before(chunk));
        return;
      }
      this.#answer?.add(chunk.parts);
      if (terminal) this.#endWell(chunk, terminal);
      else this.#hand(this.#writer.pieces(chunk));
    } catch (thrown) {
      this.#endBadly(thrown);
    }
  }

  #hand(pieces: readonly T[]): void {
    this.#pieces = pieces;
    this.#handed = 0;
  }

  #endWell(chunk: Chunk, finish: FinishPart): void {
    this.#write(this.#settleWell(chunk, finish).catch((thrown: unknown) => this.#sendError(thrown)));
  }

  /** Makes the error the last piece. */
  #endBadly(thrown: unknown, usage?: Usage): void {
    this.#write(this.#sendError(thrown, usage));
  }

  #write(written: Promise<void>): void {
    const goOn = () => {
      this.#writing = undefined;
    };
    this.#writing = written.then(goOn, (thrown: unknown) => {
      this.#unwritten = { thrown };
      goOn();
    });
  }

  #throwUnwritten(): void {
    const unwritten = this.#unwritten;
    this.#unwritten = undefined;
    if (unwritten) throw unwritten.thrown;
  }

  async #settleWell(chunk: Chunk, finish: FinishPart): Promise<void> {
    const { meter } = this.#started;
    this.#finished = true;
    const last = this.#writer.lastPieces(chunk);
    await this.#leave();
    this.#ended = true;
    this.#record.attempts.push(meter.close('ok', this.#engine.now()));
    const answer = this.#answer;
    await this.#record.finish({
      state: 'ok',
      answeredBy: this.#started,
      finish,
      ...(answer && { answer }),
    });
    this.#hand(last);
  }

  async #sendError(thrown: unknown, usage?: Usage): Promise<void> {
    this.#failure = undefined;
    const error = hideFromCaller(asConclaveError(thrown), this.#started.candidate.deployment);
    // The store has already failed; the client still learns that this answer is not in the ledger.
    const isSettled = this.#ended;
    this.#ended = true;
    if (!isSettled) await this.#leave();
    const final = isSettled ? error : await this.#settleBadly(error);
    this.#hand([this.#writer.error(final, usage)]);
  }

  async #settleBadly(cause: ConclaveError): Promise<ConclaveError> {
    const record = this.#record;
    const state = cause.code === 'cancelled' ? 'cancelled' : 'truncated';
    record.attempts.push(this.#started.meter.close(state, this.#engine.now(), cause));
    await record.finish({ state, answeredBy: this.#started, error: cause });
    return withRequestId(cause, record.id);
  }

  /** Before the end, destroys the exchange with the provider; after it, reads the rest. */
  async #leave(): Promise<void> {
    if (this.#finished) void readOut(this.#rest);
    else await this.#rest?.return?.();
  }
}

/** Reads what follows the end in the background, so that the connection can serve another call. */
async function readOut(rest: AsyncIterator<Chunk> | undefined): Promise<void> {
  if (!rest) return;
  let bytes = 0;
  try {
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      bytes += next.value.bytes.byteLength;
      if (bytes > maxBehindTheEnd) break;
    }
    await rest.return?.();
  } catch {
    // The answer is already complete; how its connection ends does not matter.
  }
}

function readerLeft(): ConclaveError {
  return new ConclaveError('cancelled', 'The reader stopped before the end.');
}

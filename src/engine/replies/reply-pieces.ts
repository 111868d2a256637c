import { asConclaveError, ConclaveError, withRequestId } from '../../core/errors.ts';
import type { StreamPart } from '../../core/stream-part.ts';
import type { EngineContext } from '../engine.ts';
import { hideFromCaller } from '../attempts/hide-from-caller.ts';
import type { CallRecord } from '../record.ts';
import { isTerminal, type Chunk } from './reply-chunks.ts';
import type { Shape } from './reply-shape.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import { transcript, type Transcript } from './transcript.ts';

type Finish = Extract<StreamPart, { type: 'finish' }>;
type Next<T> = IteratorResult<T> | Promise<IteratorResult<T>>;

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };
/** A provider that goes on for longer behind its own end is cut off. */
const mostBehindTheEnd = 64 * 1024;

/**
 * A reply on its way, piece by piece. The piece with the end in it waits until the ledger row is committed; a cut becomes
 * an error; a reader who stops early cancels the call, and what was spent is booked. Written by hand, not as a generator,
 * because it runs once per chunk of every answer.
 */
export class ReplyPieces<T> implements AsyncIterableIterator<T> {
  readonly #engine: EngineContext;
  readonly #record: CallRecord;
  readonly #started: StartedAttempt;
  readonly #shape: Shape<T>;
  readonly #answer: Transcript | undefined;
  /** To be handed over before anything else happens. */
  #ready: readonly T[] = [];
  #handed = 0;
  /** An error that comes behind the ready pieces. */
  #failure: ConclaveError | undefined;
  /** The provider has said that this is all. */
  #finished: boolean;
  /** The row is settled, or about to be: nothing is read any more. */
  #ended = false;

  constructor(engine: EngineContext, record: CallRecord, started: StartedAttempt, shape: Shape<T>) {
    this.#engine = engine;
    this.#record = record;
    this.#started = started;
    this.#shape = shape;
    this.#answer = transcript(engine, record.call);
    this.#finished = started.held.some(({ parts }) => parts.some(({ type }) => type === 'finish'));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    const value = this.#ready[this.#handed];
    if (value !== undefined) {
      this.#handed += 1;
      return Promise.resolve({ done: false, value });
    }
    if (this.#failure) return this.#endBadly(this.#failure);
    if (this.#ended) return Promise.resolve(over);
    const { held, rest } = this.#started;
    // Taken out one by one: what has been read ahead is not kept for as long as the stream goes on.
    const ahead = held.shift();
    if (ahead) return Promise.resolve(this.#take(ahead));
    return rest ? rest.next().then(this.#see, this.#fail) : this.#endBadly(cut());
  }

  /** The reader stops before the end. */
  async return(): Promise<IteratorResult<T>> {
    this.#ready = [];
    this.#failure = undefined;
    if (this.#ended) return over;
    this.#ended = true;
    await this.#leave();
    await this.#settleBadly(readerLeft());
    return over;
  }

  readonly #see = (next: IteratorResult<Chunk>): Next<T> => {
    if (this.#ended) return over;
    if (next.done) return this.#endBadly(cut());
    this.#started.meter.see(next.value.parts);
    return this.#take(next.value);
  };

  readonly #fail = (thrown: unknown): Next<T> => (this.#ended ? over : this.#endBadly(thrown));

  #take(chunk: Chunk): Next<T> {
    try {
      const blocked = inspect(this.#engine, this.#record, chunk);
      if (blocked) return this.#endBadly(blocked);
      const terminal = chunk.parts.find(isTerminal);
      if (terminal?.type === 'error') {
        this.#failure = terminal.error;
        return this.#hand(this.#shape.before(chunk));
      }
      this.#answer?.add(chunk.parts);
      return terminal ? this.#endWell(chunk, terminal) : this.#hand(this.#shape.pieces(chunk));
    } catch (thrown) {
      return this.#endBadly(thrown);
    }
  }

  #hand(pieces: readonly T[]): Next<T> {
    const [first] = pieces;
    this.#ready = pieces;
    this.#handed = 1;
    return first === undefined ? this.next() : { done: false, value: first };
  }

  async #endWell(chunk: Chunk, finish: Finish): Promise<IteratorResult<T>> {
    const { meter } = this.#started;
    this.#finished = true;
    try {
      const last = this.#shape.lastPieces(chunk);
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
      return await this.#hand(last);
    } catch (thrown) {
      return this.#endBadly(thrown);
    }
  }

  /** What went wrong is the last piece. */
  async #endBadly(thrown: unknown): Promise<IteratorResult<T>> {
    this.#failure = undefined;
    const error = hideFromCaller(asConclaveError(thrown), this.#started.candidate.deployment);
    // A store that failed has been asked already; the client still learns that this answer is not in the books.
    const isSettled = this.#ended;
    this.#ended = true;
    if (!isSettled) await this.#leave();
    const told = isSettled ? error : await this.#settleBadly(error);
    return this.#hand([this.#shape.error(told)]);
  }

  async #settleBadly(cause: ConclaveError): Promise<ConclaveError> {
    const record = this.#record;
    const state = cause.code === 'cancelled' ? 'cancelled' : 'truncated';
    record.attempts.push(this.#started.meter.close(state, this.#engine.now(), cause));
    await record.finish({ state, answeredBy: this.#started, error: cause });
    return withRequestId(cause, record.id);
  }

  /** Ending early destroys the exchange with the provider; behind its end, it is read out. */
  async #leave(): Promise<void> {
    const { rest } = this.#started;
    if (this.#finished) void readOut(rest);
    else await rest?.return?.();
  }
}

/** Nobody waits for what stands behind the end, but read to it the connection serves another call. */
async function readOut(rest: AsyncIterator<Chunk> | undefined): Promise<void> {
  if (!rest) return;
  let bytes = 0;
  try {
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      bytes += next.value.bytes.byteLength;
      if (bytes > mostBehindTheEnd) break;
    }
    await rest.return?.();
  } catch {
    // The answer is complete already; how its connection ends concerns nobody.
  }
}

function inspect(engine: EngineContext, record: CallRecord, { parts }: Chunk): ConclaveError | undefined {
  for (const guardrail of engine.outputGuardrails) {
    const verdict = guardrail.inspect(record.call, parts);
    if (verdict.ok) continue;
    const message = `The guardrail "${guardrail.name}" stopped the answer: ${verdict.reason}`;
    return new ConclaveError('content_filtered', message);
  }
  return undefined;
}

function cut(): ConclaveError {
  return new ConclaveError('stream_truncated', 'The reply ended without saying that it had.');
}

function readerLeft(): ConclaveError {
  return new ConclaveError('cancelled', 'The reader stopped before the end.');
}

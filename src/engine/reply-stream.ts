import type { Reply } from '../core/call.ts';
import { asConclaveError, ConclaveError } from '../core/errors.ts';
import type { StreamPart } from '../core/stream-part.ts';
import type { EngineContext } from './engine.ts';
import { hideCredentials } from './hide-credentials.ts';
import type { CallRecord } from './record.ts';
import { isTerminal, type Chunk } from './reply-chunks.ts';
import { plainParts, relayedBytes, type Shape } from './reply-shape.ts';
import type { StartedAttempt } from './start-attempt.ts';
import { transcript } from './transcript.ts';

type Finish = Extract<StreamPart, { type: 'finish' }>;

/** A provider that goes on for longer behind its own end is cut off. */
const mostBehindTheEnd = 64 * 1024;

/** The provider's own bytes on their way to a client of the same dialect. */
export function relayReply(engine: EngineContext, record: CallRecord, started: StartedAttempt): Reply {
  const { candidate, headers } = started;
  return {
    kind: 'relay',
    head: record.head({
      model: candidate.model.id,
      provider: candidate.model.provider,
      simulated: candidate.deployment.simulated,
      headers,
    }),
    bytes: replyStream(engine, record, started, relayedBytes(engine, record)),
    settled: record.settled,
  };
}

/** Parts for a client of another dialect, or for one inside Conclave; `pending` while nobody has begun to answer. */
export function partsReply(
  engine: EngineContext,
  record: CallRecord,
  source: StartedAttempt | Promise<StartedAttempt>,
): Reply {
  const known = source instanceof Promise ? undefined : source;
  return {
    kind: 'parts',
    head: record.head({
      model: known?.candidate.model.id ?? record.call.request.model,
      provider: known?.candidate.model.provider ?? '',
      simulated: known?.candidate.deployment.simulated ?? false,
      headers: known?.headers ?? {},
    }),
    parts: known ? replyStream(engine, record, known, plainParts) : whenStarted(engine, record, source),
    settled: record.settled,
  };
}

/** The head has gone out already: what would have been an error reply is now an error part. */
async function* whenStarted(
  engine: EngineContext,
  record: CallRecord,
  source: StartedAttempt | Promise<StartedAttempt>,
) {
  let started: StartedAttempt;
  try {
    started = await source;
    record.deadline.begun();
  } catch (thrown) {
    const error = await record.failed(thrown);
    yield [{ type: 'error', error } satisfies StreamPart];
    return;
  }
  yield* replyStream(engine, record, started, plainParts);
}

/**
 * An answer that is there as a whole already: it is settled first and handed over then, without a stream. `undefined`
 * where the answer goes on, or where somebody has to look at it on its way.
 */
export async function wholeReply(
  engine: EngineContext,
  record: CallRecord,
  started: StartedAttempt,
): Promise<Reply | undefined> {
  const { held, rest, meter, candidate, headers, relayed } = started;
  const [chunk] = held;
  const finish = chunk?.parts.find((part) => part.type === 'finish');
  if (rest || !chunk || !finish || record.call.request.stream || engine.outputGuardrails.length > 0) {
    return undefined;
  }
  const answer = transcript(engine, record.call);
  answer?.add(chunk.parts);
  const head = record.head({
    model: candidate.model.id,
    provider: candidate.model.provider,
    simulated: candidate.deployment.simulated,
    headers,
  });
  record.attempts.push(meter.close('ok', engine.now()));
  await record.finish({ state: 'ok', answeredBy: started, finish, ...(answer && { answer }) });
  const { settled } = record;
  return relayed
    ? { kind: 'relay', head, bytes: new Once(chunk.bytes), settled }
    : { kind: 'parts', head, parts: new Once(chunk.parts), settled };
}

/** One item, for whoever reads in a loop. */
class Once<T> implements AsyncIterableIterator<T> {
  #item: T | undefined;

  constructor(item: T) {
    this.#item = item;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    const value = this.#item;
    this.#item = undefined;
    return Promise.resolve(value === undefined ? { done: true, value } : { done: false, value });
  }
}

/**
 * Passes a reply on, piece by piece. The piece with the end in it waits until the ledger row is committed; a cut
 * becomes an error; a reader who stops early cancels the call and what was spent is booked.
 */
async function* replyStream<T>(
  engine: EngineContext,
  record: CallRecord,
  started: StartedAttempt,
  shape: Shape<T>,
): AsyncGenerator<T> {
  const answer = transcript(engine, record.call);
  let last: readonly T[] = [];
  let finish: Finish | undefined;
  let ended = false;
  try {
    for await (const chunk of new StartedChunks(started)) {
      const blocked = inspect(engine, record, chunk);
      if (blocked) throw blocked;
      const terminal = chunk.parts.find(isTerminal);
      if (terminal?.type === 'error') {
        yield* shape.before(chunk);
        throw terminal.error;
      }
      answer?.add(chunk.parts);
      finish = terminal;
      if (finish) {
        last = shape.lastPieces(chunk);
        break;
      }
      // A `yield*` would make an iterator, and several promises, of every piece.
      for (const piece of shape.pieces(chunk)) yield piece;
    }
    if (!finish) throw new ConclaveError('stream_truncated', 'The reply ended without saying that it had.');
    ended = true;
    record.attempts.push(started.meter.close('ok', engine.now()));
    await record.finish({ state: 'ok', answeredBy: started, finish, ...(answer && { answer }) });
    yield* last;
  } catch (thrown) {
    const error = hideCredentials(asConclaveError(thrown), started.candidate.deployment);
    // A store that failed has been asked already; the client still learns that this answer is not in the books.
    const told = ended ? error : await endBadly(engine, record, started, error);
    ended = true;
    yield shape.error(told);
  } finally {
    if (!ended) await endBadly(engine, record, started, readerLeft());
  }
}

/** The pieces of an answer: those read ahead, then the rest. By hand, because it runs once per chunk of every answer. */
class StartedChunks implements AsyncIterableIterator<Chunk> {
  readonly #started: StartedAttempt;
  /** The provider has said that this is all. */
  #finished: boolean;

  constructor(started: StartedAttempt) {
    this.#started = started;
    this.#finished = started.held.some(hasFinish);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Chunk>> {
    const { held, rest } = this.#started;
    // Taken out one by one: what has been read ahead is not kept for as long as the stream goes on.
    const ahead = held.shift();
    if (ahead) return Promise.resolve({ done: false, value: ahead });
    return rest ? rest.next().then(this.#see) : Promise.resolve(over);
  }

  /** Ending early destroys the exchange with the provider. */
  async return(): Promise<IteratorResult<Chunk>> {
    const { rest } = this.#started;
    if (this.#finished) void readOut(rest);
    else await rest?.return?.();
    return over;
  }

  readonly #see = (next: IteratorResult<Chunk>): IteratorResult<Chunk> => {
    if (next.done) return over;
    this.#started.meter.see(next.value.parts);
    this.#finished = hasFinish(next.value);
    return next;
  };
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

function hasFinish({ parts }: Chunk): boolean {
  return parts.some(({ type }) => type === 'finish');
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

async function endBadly(
  engine: EngineContext,
  record: CallRecord,
  started: StartedAttempt,
  cause: ConclaveError,
) {
  const state = cause.code === 'cancelled' ? 'cancelled' : 'truncated';
  record.attempts.push(started.meter.close(state, engine.now(), cause));
  await record.finish({ state, answeredBy: started, error: cause });
  return new ConclaveError(cause.code, cause.message, {
    ...cause.details,
    status: cause.status,
    requestId: record.id,
  });
}

function readerLeft(): ConclaveError {
  return new ConclaveError('cancelled', 'The reader stopped before the end.');
}

import type { Reply } from '../core/call.ts';
import { asConclaveError, ConclaveError } from '../core/errors.ts';
import type { StreamPart } from '../core/stream-part.ts';
import type { EngineContext } from './engine.ts';
import type { CallRecord } from './record.ts';
import { isTerminal, type Chunk } from './reply-chunks.ts';
import type { StartedAttempt } from './start-attempt.ts';
import { transcript } from './transcript.ts';
import { wholeEvents } from './whole-events.ts';

type Finish = Extract<StreamPart, { type: 'finish' }>;

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
  } catch (thrown) {
    const error = await record.failed(thrown);
    yield [{ type: 'error', error } satisfies StreamPart];
    return;
  }
  yield* replyStream(engine, record, started, plainParts);
}

/** How pieces, ends and errors look to one kind of reader. */
type Shape<T> = {
  /** `undefined`: nothing to send yet. */
  piece(chunk: Chunk): T | undefined;
  /** What of a piece with an error in it can still be told apart from the error. */
  before(chunk: Chunk): T | undefined;
  rest(): T | undefined;
  error(error: ConclaveError): T;
};

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
  const answer = transcript(engine);
  const last: T[] = [];
  let finish: Finish | undefined;
  let ended = false;
  try {
    for await (const chunk of chunksOf(started)) {
      const blocked = inspect(engine, record, chunk);
      if (blocked) throw blocked;
      const terminal = chunk.parts.find(isTerminal);
      if (terminal?.type === 'error') {
        const good = shape.before(chunk);
        if (good !== undefined) yield good;
        throw terminal.error;
      }
      answer?.add(chunk.parts);
      finish ??= terminal;
      const piece = shape.piece(chunk);
      if (piece === undefined) continue;
      if (finish) last.push(piece);
      else yield piece;
    }
    if (!finish) throw new ConclaveError('stream_truncated', 'The reply ended without saying that it had.');
    ended = true;
    record.attempts.push(started.meter.close('ok', engine.now()));
    await record.finish({ state: 'ok', answeredBy: started, finish, ...(answer && { answer }) });
    const rest = shape.rest();
    if (rest !== undefined) last.push(rest);
    yield* last;
  } catch (thrown) {
    const error = asConclaveError(thrown);
    // A store that failed has been asked already; the client still learns that this answer is not in the books.
    const told = ended ? error : await endBadly(engine, record, started, error);
    ended = true;
    yield shape.error(told);
  } finally {
    if (!ended) await endBadly(engine, record, started, readerLeft());
  }
}

async function* chunksOf({ held, rest, meter }: StartedAttempt): AsyncGenerator<Chunk> {
  let finished = false;
  try {
    yield* held;
    for (;;) {
      const next = await rest.next();
      if (next.done) break;
      meter.see(next.value.parts);
      yield next.value;
    }
    finished = true;
  } finally {
    // Ending early destroys the exchange with the provider.
    if (!finished) await rest.return?.();
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

const plainParts: Shape<readonly StreamPart[]> = {
  piece: ({ parts }) => (parts.length === 0 ? undefined : parts),
  before: ({ parts }) => parts.filter((part) => part.type !== 'error'),
  rest: () => undefined,
  error: (error) => [{ type: 'error', error }],
};

/** Whole events only, so that an error event after a cut stands on a line of its own. */
function relayedBytes(engine: EngineContext, record: CallRecord): Shape<Uint8Array> {
  const { call } = record;
  const dialect = call.raw && engine.dialects.get(call.raw.dialect);
  if (!dialect) throw new ConclaveError('internal', 'A relay needs the dialect of its client.');
  if (!call.request.stream) {
    const writeError = (error: ConclaveError) => Buffer.from(JSON.stringify(dialect.writeError(error).body));
    return { piece: ({ bytes }) => bytes, before: () => undefined, rest: () => undefined, error: writeError };
  }
  const events = wholeEvents();
  const filter = dialect.relayFilter?.(call.request);
  const nonEmpty = (bytes: Uint8Array) => {
    const kept = filter ? filter(bytes) : bytes;
    return kept.byteLength === 0 ? undefined : kept;
  };
  return {
    piece: ({ bytes }) => nonEmpty(events.push(bytes)),
    before: () => undefined,
    rest: () => nonEmpty(events.rest()),
    error(error) {
      const context = {
        id: record.id,
        model: call.request.model,
        createdAt: engine.now(),
        request: call.request,
      };
      return Buffer.from(dialect.replyWriter(context).push([{ type: 'error', error }]));
    },
  };
}

import type { Reply } from '../../core/call.ts';
import { ConclaveError } from '../../core/errors.ts';
import { nextOf, over, type ReadyIterator } from '../../core/streams/ready-iterator.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { CallRecord } from '../row/call-record.ts';
import { replyHead, startedHead } from './reply-head.ts';
import { ReplyPieces } from './reply-pieces.ts';
import { withHiddenWarnings } from './with-hidden-warnings.ts';
import { plainParts, type PieceWriter } from './piece-writer.ts';
import { RelayedEvents } from './relayed-events.ts';
import { relayedWhole } from './relayed-whole.ts';
import { callerHider } from '../attempts/failure/hide-from-caller.ts';
import { requestsMade } from '../row/requests-made.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import { transcript } from './transcript.ts';
import type { ReplyServices } from './reply-services.ts';

/** Relays the provider's own bytes to a client of the same dialect. */
export function relayReply(engine: ReplyServices, record: CallRecord, started: StartedAttempt): Reply {
  return {
    kind: 'relay',
    head: startedHead(record, started),
    bytes: new ReplyPieces(engine, record, started, relayWriter(engine, record, started)),
    settled: record.settled,
  };
}

function relayWriter(
  { dialects, now }: ReplyServices,
  record: CallRecord,
  { candidate, meter }: StartedAttempt,
): PieceWriter<Uint8Array> {
  const { raw, request } = record.call;
  const dialect = raw && dialects.get(raw.dialect);
  if (!dialect) throw new ConclaveError('internal', 'A relay needs the dialect of its client.');
  if (!request.stream) return relayedWhole(dialect);
  // Made for the first failure behind an answer: most replies have none, and there are many strings in one.
  let hider: ReturnType<typeof callerHider> | undefined;
  const hide = (text: string) => (hider ??= callerHider(candidate.deployment))(text);
  return new RelayedEvents({ dialect, record, replyId: meter.replyId(), now, hide });
}

/**
 * Returns parts for a client of another dialect, or a caller inside Conclave; `source` is a promise while no candidate
 * has begun to answer.
 */
export function partsReply(
  engine: ReplyServices,
  record: CallRecord,
  source: StartedAttempt | Promise<StartedAttempt>,
): Extract<Reply, { kind: 'parts' }> {
  const known = source instanceof Promise ? undefined : source;
  return {
    kind: 'parts',
    head: known
      ? startedHead(record, known)
      : replyHead(record, {
          model: record.call.request.model,
          provider: '',
          simulated: false,
          headers: {},
          // One is under way.
          attempts: requestsMade(record) + 1,
        }),
    parts: known ? new ReplyPieces(engine, record, known, plainParts) : whenStarted(engine, record, source),
    ...(!known && { waiting: true }),
    settled: record.settled,
  };
}

/** The head has already been sent: an error is now an error part instead of an error reply. */
async function* whenStarted(
  engine: ReplyServices,
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
  yield* new ReplyPieces(engine, record, started, plainParts);
}

/**
 * Returns an answer that is already complete: it is settled first and then handed over, without a stream. `undefined`
 * if the answer continues, or if a guardrail has to inspect it on the way.
 */
export async function wholeReply(
  engine: ReplyServices,
  record: CallRecord,
  started: StartedAttempt,
): Promise<Reply | undefined> {
  const { held, rest, meter, relayed, candidate } = started;
  const [first] = held;
  const chunk = first && withHiddenWarnings(first, candidate.deployment);
  const finish = chunk?.parts.find((part) => part.type === 'finish');
  if (rest || !chunk || !finish || record.call.request.stream || engine.outputGuardrails.length > 0) {
    return undefined;
  }
  const answer = transcript(engine, record.call);
  answer?.add(chunk.parts);
  const head = startedHead(record, started);
  record.attempts.push(meter.close('ok', engine.now()));
  await record.finish({ state: 'ok', answeredBy: started, finish, ...(answer && { answer }) });
  const { settled } = record;
  return relayed
    ? { kind: 'relay', head, bytes: new Once(chunk.bytes), settled }
    : { kind: 'parts', head, parts: new Once(chunk.parts), settled };
}

/** One item, for a caller that reads in a loop. */
class Once<T> implements ReadyIterator<T>, AsyncIterable<T> {
  #item: T | undefined;

  constructor(item: T) {
    this.#item = item;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  ready(): IteratorResult<T, undefined> {
    const value = this.#item;
    this.#item = undefined;
    return value === undefined ? over : { done: false, value };
  }

  arrival(): Promise<void> {
    return Promise.resolve();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return nextOf(this);
  }
}

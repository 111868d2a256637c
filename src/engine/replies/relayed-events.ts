import type { ConclaveError } from '../../core/errors.ts';
import type { Usage } from '../../core/money/usage.ts';
import type { Ms } from '../../core/units.ts';
import { answersAsked } from '../../core/wire/answers-asked.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { Chunk } from '../attempts/reply/chunk.ts';
import { isTerminal } from '../attempts/reply/reply-chunks.ts';
import type { CallRecord } from '../row/call-record.ts';
import type { PieceWriter } from './piece-writer.ts';
import { hiddenInStrings } from './hidden-in-strings.ts';
import { eventsOf, upToEnd, upToGoodEnd, wholeEvents } from './whole-events.ts';

const cr = 0x0d;

type Relayed = {
  readonly dialect: Dialect;
  readonly record: Pick<CallRecord, 'id' | 'call'>;
  /** The provider's id of the reply. */
  readonly replyId: string | undefined;
  readonly now: () => Ms;
  /** Removes what is secret from a text of the provider. */
  readonly hide: (text: string) => string;
};

/** The provider's own event stream, in whole events only, so that an error event after a cut starts on a new line. */
export class RelayedEvents implements PieceWriter<Uint8Array> {
  readonly #relayed: Relayed;
  readonly #events = wholeEvents();
  readonly #filter: ((events: Uint8Array) => Uint8Array) | undefined;
  /**
   * Only an event with a usage or a warning can be left out. With bare line feeds, reader and relay see its end at the
   * same byte.
   */
  #mayHide = false;
  /** A failure behind the whole answer is only a warning. Its event is relayed, too, and may quote secrets. */
  #hasWarned = false;
  #hasBegun = false;
  /** The number of the event after the last one that the client has received: an error of ours continues from there. */
  #nextEvent = 0;

  constructor(relayed: Relayed) {
    const { dialect, record } = relayed;
    this.#relayed = relayed;
    this.#filter = dialect.relayFilter?.(record.call.request);
  }

  pieces(chunk: Chunk): readonly Uint8Array[] {
    const whole = this.#whole(chunk);
    this.#mayHide ||=
      chunk.bytes.includes(cr) || chunk.parts.some(({ type }) => type === 'usage' || type === 'warning');
    return this.#counted(this.#mayHide ? this.#shown(whole) : whole);
  }

  lastPieces(chunk: Chunk): readonly Uint8Array[] {
    const { before, end } = upToGoodEnd(Buffer.concat(this.#whole(chunk)), this.#ends);
    return this.#shown([before, end ?? this.#lastWords()]);
  }

  before({ bytes }: Chunk): readonly Uint8Array[] {
    const { before } = upToEnd(Buffer.concat(this.#events.push(bytes)), this.#ends);
    return this.#counted(this.#shown([before]));
  }

  error(error: ConclaveError, usage?: Usage): Uint8Array {
    const { dialect, record, replyId, now } = this.#relayed;
    const { request } = record.call;
    const begun = {
      events: this.#nextEvent,
      ...(replyId !== undefined && { id: replyId }),
      ...(usage && { usage }),
    };
    const writer = dialect.replyWriter({
      id: record.id,
      model: request.model,
      createdAt: now(),
      request,
      ...(this.#hasBegun && { begun }),
    });
    return Buffer.from(writer.push([{ type: 'error', error }]));
  }

  #whole({ bytes, parts }: Chunk): readonly Uint8Array[] {
    this.#hasWarned ||= parts.some(({ type }) => type === 'warning');
    const whole = this.#events.push(bytes);
    return this.#hasWarned
      ? whole.flatMap((events) => Array.from(eventsOf(events), this.#withoutSecrets))
      : whole;
  }

  /** Notes what the client receives. */
  #counted(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
    this.#hasBegun ||= pieces.length > 0;
    const { dialect } = this.#relayed;
    if (dialect.lastEventNumber === undefined) return pieces;
    for (const piece of pieces) this.#nextEvent = (dialect.lastEventNumber(piece) ?? this.#nextEvent - 1) + 1;
    return pieces;
  }

  #shown(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
    const filtered = this.#filter ? pieces.map(this.#filter) : pieces;
    return filtered.filter(({ byteLength }) => byteLength > 0);
  }

  /** The end of a stream whose last event lacks its blank line, or was left out; without what the end has cut short. */
  #lastWords(): Uint8Array {
    const closed = Buffer.concat([this.#events.rest(), Buffer.from('\n\n')]);
    const parts = this.#read(closed);
    if (parts.some(({ type }) => type === 'finish')) return closed;
    const end = Buffer.from(this.#relayed.dialect.streamEnd ?? '');
    const isWhole = parts.length > 0 && !parts.some(({ type }) => type === 'error');
    return isWhole ? Buffer.concat([closed, end]) : end;
  }

  /** Only an event that is a failure by itself is changed: all others are the answer. */
  readonly #withoutSecrets = (event: Uint8Array): Uint8Array =>
    this.#read(event).some(({ type }) => type === 'error')
      ? hiddenInStrings(event, this.#relayed.hide)
      : event;

  readonly #ends = (event: Uint8Array): boolean => this.#read(event).some(isTerminal);

  #read(event: Uint8Array): StreamPart[] {
    const { dialect, record } = this.#relayed;
    return dialect.replyReader({}, answersAsked(record.call.request)).push(event);
  }
}

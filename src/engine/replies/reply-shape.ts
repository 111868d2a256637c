import { ConclaveError } from '../../core/errors.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { CallRecord } from '../row/call-record.ts';
import type { Usage } from '../../core/money/usage.ts';
import type { Chunk } from '../attempts/chunk.ts';
import { isTerminal } from '../attempts/reply-chunks.ts';
import { upToEnd, upToGoodEnd, wholeEvents } from './whole-events.ts';
import type { Clock, Codecs } from '../services.ts';

const cr = 0x0d;

/** The form of pieces, ends and errors for one kind of reader. */
export type Shape<T> = {
  /** What can be sent now. */
  pieces(chunk: Chunk): readonly T[];
  /** The piece that contains the end, and nothing after that end. */
  lastPieces(chunk: Chunk): readonly T[];
  /** The part of a piece that came before its error. */
  before(chunk: Chunk): readonly T[];
  error(error: ConclaveError): T;
};

/** For a client of another dialect, or a caller inside Conclave. */
export const plainParts: Shape<readonly StreamPart[]> = {
  pieces: ({ parts }) => (parts.length === 0 ? [] : [parts]),
  lastPieces: ({ parts }) => [parts],
  before: ({ parts }) => [parts.filter((part) => part.type !== 'error')],
  error: (error) => [{ type: 'error', error }],
};

/**
 * The provider's own bytes, in whole events only, so that an error event after a cut starts on a new line. `replyId` is
 * the provider's id of the reply.
 */
export function relayedBytes(
  engine: Pick<Codecs, 'dialects'> & Clock,
  record: CallRecord,
  replyId: string | undefined,
): Shape<Uint8Array> {
  const { call } = record;
  const dialect = call.raw && engine.dialects.get(call.raw.dialect);
  if (!dialect) throw new ConclaveError('internal', 'A relay needs the dialect of its client.');
  if (!call.request.stream) {
    const writeError = (error: ConclaveError) => Buffer.from(JSON.stringify(dialect.writeError(error).body));
    const pieces = ({ bytes }: Chunk) => [bytes];
    return { pieces, lastPieces: pieces, before: () => [], error: writeError };
  }
  const events = wholeEvents();
  const filter = dialect.relayFilter?.(call.request);
  /**
   * Only an event with a usage can be left out. With bare line feeds, reader and relay see its end at the same byte.
   */
  let mayHide = false;
  const shown = (pieces: readonly Uint8Array[]) =>
    (filter ? pieces.map(filter) : pieces).filter(({ byteLength }) => byteLength > 0);
  let begun = false;
  let eventsBefore = 0;
  let usage: Usage | undefined;
  /**
   * Tracks the number of the last event that the client has received, so that an error of ours continues from there.
   */
  const numbered = (pieces: readonly Uint8Array[]) => {
    begun ||= pieces.length > 0;
    if (dialect.lastEventNumber === undefined) return pieces;
    for (const piece of pieces) eventsBefore = (dialect.lastEventNumber(piece) ?? eventsBefore - 1) + 1;
    return pieces;
  };
  const read = (event: Uint8Array) => dialect.replyReader({}).push(event);
  const ends = (event: Uint8Array) => read(event).some(isTerminal);
  /** The end of a stream whose last event lacks its blank line, or was left out. */
  const lastWords = () => {
    const closed = Buffer.concat([events.rest(), Buffer.from('\n\n')]);
    return read(closed).some(({ type }) => type === 'finish') ? closed : Buffer.from(dialect.streamEnd ?? '');
  };
  return {
    pieces({ bytes, parts }) {
      mayHide ||= bytes.includes(cr) || parts.some(({ type }) => type === 'usage');
      const whole = numbered(events.push(bytes));
      return mayHide ? shown(whole) : whole;
    },
    lastPieces({ bytes }) {
      const { before, end } = upToGoodEnd(Buffer.concat(events.push(bytes)), ends);
      return shown(numbered([before, end ?? lastWords()]));
    },
    before({ bytes, parts }) {
      usage = parts.find((part) => part.type === 'usage')?.usage;
      return shown(numbered([upToEnd(Buffer.concat(events.push(bytes)), ends).before]));
    },
    error(error) {
      const context = {
        id: record.id,
        model: call.request.model,
        createdAt: engine.now(),
        request: call.request,
        ...(begun && {
          begun: {
            events: eventsBefore,
            ...(replyId !== undefined && { id: replyId }),
            ...(usage && { usage }),
          },
        }),
      };
      return Buffer.from(dialect.replyWriter(context).push([{ type: 'error', error }]));
    },
  };
}

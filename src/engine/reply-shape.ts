import { ConclaveError } from '../core/errors.ts';
import type { StreamPart } from '../core/stream-part.ts';
import type { EngineContext } from './engine.ts';
import type { CallRecord } from './record.ts';
import { isTerminal, type Chunk } from './reply-chunks.ts';
import { upToEnd, upToGoodEnd, wholeEvents } from './whole-events.ts';

/** How pieces, ends and errors look to one kind of reader. */
export type Shape<T> = {
  /** `undefined`: nothing to send yet. */
  piece(chunk: Chunk): T | undefined;
  /** The piece with the end in it, and nothing behind that end. */
  lastPiece(chunk: Chunk): T | undefined;
  /** What of a piece with an error in it came before the error. */
  before(chunk: Chunk): T | undefined;
  error(error: ConclaveError): T;
};

/** For a client of another dialect, or one inside Conclave. */
export const plainParts: Shape<readonly StreamPart[]> = {
  piece: ({ parts }) => (parts.length === 0 ? undefined : parts),
  lastPiece: ({ parts }) => parts,
  before: ({ parts }) => parts.filter((part) => part.type !== 'error'),
  error: (error) => [{ type: 'error', error }],
};

/** The provider's own bytes. Whole events only, so that an error event after a cut stands on a line of its own. */
export function relayedBytes(engine: EngineContext, record: CallRecord): Shape<Uint8Array> {
  const { call } = record;
  const dialect = call.raw && engine.dialects.get(call.raw.dialect);
  if (!dialect) throw new ConclaveError('internal', 'A relay needs the dialect of its client.');
  if (!call.request.stream) {
    const writeError = (error: ConclaveError) => Buffer.from(JSON.stringify(dialect.writeError(error).body));
    const piece = ({ bytes }: Chunk) => bytes;
    return { piece, lastPiece: piece, before: () => undefined, error: writeError };
  }
  const events = wholeEvents();
  const filter = dialect.relayFilter?.(call.request);
  const nonEmpty = (bytes: Uint8Array) => {
    const kept = filter ? filter(bytes) : bytes;
    return kept.byteLength === 0 ? undefined : kept;
  };
  const read = (event: Uint8Array) => dialect.replyReader({}).push(event);
  const ends = (event: Uint8Array) => read(event).some(isTerminal);
  /** The end of a stream whose last event has no blank line behind it, or was left out. */
  const lastWords = () => {
    const closed = Buffer.concat([events.rest(), Buffer.from('\n\n')]);
    return read(closed).some(({ type }) => type === 'finish') ? closed : Buffer.from(dialect.streamEnd ?? '');
  };
  return {
    piece: ({ bytes }) => nonEmpty(events.push(bytes)),
    lastPiece({ bytes }) {
      const { before, end } = upToGoodEnd(events.push(bytes), ends);
      return nonEmpty(Buffer.concat([before, end ?? lastWords()]));
    },
    before: ({ bytes }) => nonEmpty(upToEnd(events.push(bytes), ends).before),
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

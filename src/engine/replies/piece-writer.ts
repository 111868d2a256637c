import type { ConclaveError } from '../../core/errors.ts';
import type { Usage } from '../../core/money/usage.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { Chunk } from '../attempts/reply/chunk.ts';

/** Writes the pieces, the end and the error of a reply for one kind of reader. */
export type PieceWriter<T> = {
  /** What can be sent now. */
  pieces(chunk: Chunk): readonly T[];
  /** The piece that contains the end, and nothing after that end. */
  lastPieces(chunk: Chunk): readonly T[];
  /** What came before the error in its own chunk. */
  before(chunk: Chunk): readonly T[];
  /** The error that ends the reply; `usage`: what the provider reported together with it. */
  error(error: ConclaveError, usage?: Usage): T;
};

/** For a client of another dialect, or a caller inside Conclave. */
export const plainParts: PieceWriter<readonly StreamPart[]> = {
  pieces: ({ parts }) => (parts.length === 0 ? [] : [parts]),
  lastPieces: ({ parts }) => [parts],
  before: ({ parts }) => [parts.filter((part) => part.type !== 'error')],
  error: (error) => [{ type: 'error', error }],
};

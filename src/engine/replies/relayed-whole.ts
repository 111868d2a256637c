import type { ConclaveError } from '../../core/errors.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import type { Chunk } from '../attempts/reply/chunk.ts';
import type { PieceWriter } from './piece-writer.ts';

/** The provider's own bytes, for a client that did not ask for a stream. */
export function relayedWhole(dialect: Dialect): PieceWriter<Uint8Array> {
  const pieces = ({ bytes }: Chunk) => [bytes];
  const writeError = (error: ConclaveError) => Buffer.from(JSON.stringify(dialect.writeError(error).body));
  return { pieces, lastPieces: pieces, before: () => [], error: writeError };
}

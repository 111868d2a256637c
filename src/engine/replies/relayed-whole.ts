import type { ConclaveError } from '../../core/errors.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import type { Chunk } from '../attempts/reply/chunk.ts';
import { hiddenIn } from './hidden-in.ts';
import type { PieceWriter } from './piece-writer.ts';

/**
 * The provider's own bytes, for a client that did not ask for a stream; `hide` removes what is secret from a text of the
 * provider.
 */
export function relayedWhole(dialect: Dialect, hide: (text: string) => string): PieceWriter<Uint8Array> {
  // A failure beside a whole answer is only a warning; it may quote secrets.
  const pieces = ({ bytes, parts }: Chunk) => [
    parts.some(({ type }) => type === 'warning') ? hiddenIn(bytes, hide) : bytes,
  ];
  const writeError = (error: ConclaveError) => Buffer.from(JSON.stringify(dialect.writeError(error).body));
  return { pieces, lastPieces: pieces, before: () => [], error: writeError };
}

import type { ModelRequest } from '../../../core/wire/request.ts';
import type { Chunk } from './chunk.ts';

/** Whether all vectors are encoded as the client asked: some servers know one encoding only, whatever they are asked. */
export function hasAskedEncoding({ embedding }: ModelRequest, { parts }: Pick<Chunk, 'parts'>): boolean {
  const isPacked = embedding?.encoding === 'base64';
  return parts.every(
    (part) => part.type !== 'opaque' || (typeof part.value.embedding === 'string') === isPacked,
  );
}

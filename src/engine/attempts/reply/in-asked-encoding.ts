import { parseExactObject } from '../../../core/json/exact-json.ts';
import type { Dialect } from '../../../core/wire/dialect.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { Chunk } from './chunk.ts';

/**
 * Gives the vectors of a relayed reply the encoding that the client asked for: some servers know one only, whatever
 * they are asked. All else stays as it came.
 */
export function inAskedEncoding(whole: Chunk, request: ModelRequest, dialect: Dialect): Chunk {
  if (hasAskedEncoding(request, whole)) return whole;
  const reply = parseExactObject(new TextDecoder().decode(whole.bytes));
  const encoded = reply && dialect.encodeReply?.(reply, request);
  return encoded ? { ...whole, bytes: Buffer.from(JSON.stringify(encoded)) } : whole;
}

function hasAskedEncoding({ embedding }: ModelRequest, { parts }: Chunk): boolean {
  const isPacked = embedding?.encoding === 'base64';
  return parts.every(
    (part) => part.type !== 'opaque' || (typeof part.value.embedding === 'string') === isPacked,
  );
}

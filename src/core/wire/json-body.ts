import type { JsonValue } from '../json/json.ts';
import type { IncomingReply } from './transport.ts';

/** Reads the JSON body of a reply. @throws RangeError if it exceeds `maxBytes`, SyntaxError if it is not JSON. */
export async function jsonBody({ body }: Pick<IncomingReply, 'body'>, maxBytes: number): Promise<JsonValue> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.byteLength;
    if (size > maxBytes) throw new RangeError(`The reply exceeds ${maxBytes} bytes.`);
  }
  // `JSON.parse` returns JSON values.
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as JsonValue;
}

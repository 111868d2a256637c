import type { JsonValue } from '../json/json.ts';
import type { IncomingReply } from './transport.ts';

/** Reads the JSON body of a reply. @throws RangeError if it exceeds `mostBytes`, SyntaxError if it is not JSON. */
export async function jsonBody({ body }: Pick<IncomingReply, 'body'>, mostBytes: number): Promise<JsonValue> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.byteLength;
    if (size > mostBytes) throw new RangeError(`The reply exceeds ${mostBytes} bytes.`);
  }
  // `JSON.parse` returns JSON values.
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as JsonValue;
}

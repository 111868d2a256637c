import { pipeline, Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import { ConclaveError } from '../../core/errors.ts';
import type { IncomingReply, ReplyBody } from '../../core/wire/transport.ts';

// A body that was cut ends where it ends, as a plain one: whoever reads it knows its end.
const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = constants;
const unzip = () => createUnzip({ finishFlush: Z_SYNC_FLUSH });

const unpackers: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', unzip],
  ['x-gzip', unzip],
  ['deflate', unzip],
  ['br', () => createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH })],
  ['zstd', () => createZstdDecompress({ finishFlush: ZSTD_e_flush })],
]);

/**
 * Returns a reply as it was asked for: unpacked, where a network between has compressed it all the same, and else the
 * reply itself. The bodies of failures stay as they are. `undefined`: its encoding is not known.
 */
export function unpackedReply(reply: IncomingReply): IncomingReply | undefined {
  const { 'content-encoding': encoding } = reply.headers;
  if (encoding === undefined || encoding === 'identity' || reply.status >= 300) return reply;
  const unpacker = unpackers.get(String(encoding).toLowerCase());
  if (unpacker === undefined) return undefined;
  const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = reply.headers;
  const { status, body: packed } = reply;
  const body = { [Symbol.asyncIterator]: () => unpack(packed, unpacker()), begun: () => packed.begun?.() };
  return { status, headers, body };
}

/** Throws what the packed body throws, and `provider_invalid_reply` if it is not what its encoding says. */
async function* unpack(packed: ReplyBody, unpacker: Transform): AsyncGenerator<Uint8Array, undefined> {
  // A failure of either comes out of the last stream.
  const unpacked = pipeline(Readable.from(packed), unpacker, () => undefined);
  try {
    for await (const bytes of unpacked) yield bytes;
  } catch (error) {
    if (error instanceof ConclaveError) throw error;
    const why = 'The provider sent a reply that is not what its content-encoding says.';
    throw new ConclaveError('provider_invalid_reply', why, { cause: error });
  }
  return undefined;
}

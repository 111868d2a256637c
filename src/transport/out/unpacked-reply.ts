import { pipeline, Readable, type Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createInflateRaw,
  createUnzip,
  createZstdDecompress,
} from 'node:zlib';
import { ConclaveError } from '../../core/errors.ts';
import { over } from '../../core/streams/ready-iterator.ts';
import type { IncomingReply } from '../../core/wire/transport.ts';

/** Creates what unpacks a body that begins with these bytes. */
type Unpacker = (beginning: Uint8Array) => Transform;

// A body that was cut ends where it ends, as a plain one: whoever reads it knows its end.
const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = constants;
const unzip = () => createUnzip({ finishFlush: Z_SYNC_FLUSH });
const inflateRaw = () => createInflateRaw({ finishFlush: Z_SYNC_FLUSH });

const unpackers: ReadonlyMap<string, Unpacker> = new Map<string, Unpacker>([
  ['gzip', unzip],
  ['x-gzip', unzip],
  ['deflate', (beginning) => (isZipped(beginning) ? unzip() : inflateRaw())],
  ['br', () => createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH })],
  ['zstd', () => createZstdDecompress({ finishFlush: ZSTD_e_flush })],
]);

/**
 * Many servers send `deflate` without the wrapper of zlib (RFC 1950) that the name demands; as in browsers, the first
 * byte tells. Those of zlib and of gzip begin no raw deflate that is ever written.
 */
function isZipped([first = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 || first === 0x1f;
}

/**
 * Returns a reply as it was asked for: unpacked, where a network between has compressed it all the same, and else the
 * reply itself. Where the encoding is not known, a failure has no body, and another reply is `undefined`.
 */
export function unpackedReply(reply: IncomingReply): IncomingReply | undefined {
  const { 'content-encoding': encoding = '', 'content-length': _length, ...headers } = reply.headers;
  if (encoding === '') return reply;
  const name = String(encoding).toLowerCase();
  if (name === 'identity') return reply;
  const unpacker = unpackers.get(name);
  const { status, body: packed } = reply;
  if (unpacker === undefined && status < 300) return undefined;
  const body = {
    [Symbol.asyncIterator]() {
      const bytes = packed[Symbol.asyncIterator]();
      return unpacker ? unpackedBytes(bytes, unpacker) : noBytes(bytes);
    },
    begun: () => packed.begun?.(),
  };
  return { status, headers, body };
}

function unpackedBytes(packed: AsyncIterator<Uint8Array>, unpacker: Unpacker): AsyncIterator<Uint8Array> {
  const bytes = unpack(packed, unpacker);
  return {
    next: () => bytes.next(),
    async return() {
      // While it waits for the next piece, a generator hears of nothing else.
      await packed.return?.();
      return bytes.return(undefined);
    },
  };
}

/** Throws what the packed body throws, and `provider_invalid_reply` if it is not what its encoding says. */
async function* unpack(
  packed: AsyncIterator<Uint8Array>,
  unpacker: Unpacker,
): AsyncGenerator<Uint8Array, undefined> {
  const first = await packed.next();
  if (first.done === true) return undefined;
  // A failure of either comes out of the last stream.
  const pieces = Readable.from(beginningWith(first.value, packed));
  const unpacked = pipeline(pieces, unpacker(first.value), () => undefined);
  try {
    for await (const bytes of unpacked) yield bytes;
  } catch (error) {
    if (error instanceof ConclaveError) throw error;
    const why = 'The provider sent a reply that is not what its content-encoding says.';
    throw new ConclaveError('provider_invalid_reply', why, { cause: error });
  }
  return undefined;
}

async function* beginningWith<T>(first: T, others: AsyncIterator<T>): AsyncGenerator<T, undefined> {
  try {
    yield first;
    for (let next = await others.next(); next.done !== true; next = await others.next()) yield next.value;
  } finally {
    await others.return?.();
  }
  return undefined;
}

/** Ends the exchange as soon as it is asked for anything. */
function noBytes(packed: AsyncIterator<Uint8Array>): AsyncIterator<Uint8Array> {
  const end = async () => {
    await packed.return?.();
    return over;
  };
  return { next: end, return: end };
}

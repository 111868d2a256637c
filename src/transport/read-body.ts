import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import {
  brotliDecompress,
  gunzip,
  inflate,
  zstdDecompress,
  type BrotliOptions,
  type ZlibOptions,
  type ZstdOptions,
} from 'node:zlib';
import { ConclaveError } from '../core/errors.ts';

export type ReadBodyOptions = {
  /** Of the body as sent, and again of what it unpacks to. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
};

/**
 * The whole body of a request, unpacked. A body announced as too large is refused before it is read.
 * @throws ConclaveError `request_too_large`, `invalid_request` (bad compression; status 415 for an unknown one),
 * `cancelled` when the client leaves.
 */
export async function readBody(request: IncomingMessage, options: ReadBodyOptions): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > options.maxBytes) throw tooLarge(options.maxBytes, `${announced} bytes`);
  const unpack = unpackerOf(request.headers['content-encoding']);
  const body = await collect(request, options);
  return unpack && body.length > 0 ? unpackBounded(unpack, body, options.maxBytes) : body;
}

function collect(request: IncomingMessage, { maxBytes, signal }: ReadBodyOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (act: () => void) => {
      request.off('data', onData).off('end', onEnd).off('close', onLeft).off('error', onLeft);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length <= maxBytes) return;
      settle(() => reject(tooLarge(maxBytes, 'more')));
      // Nobody keeps the rest, but it must leave the socket before the answer can be read.
      request.resume();
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)));
    const onLeft = () =>
      settle(() =>
        reject(new ConclaveError('cancelled', 'The client left before its request was complete.')),
      );
    const onAbort = () => settle(() => reject(abortError(signal)));
    if (signal.aborted) return onAbort();
    if (request.destroyed) return onLeft();
    signal.addEventListener('abort', onAbort);
    request.on('data', onData).on('end', onEnd).on('close', onLeft).on('error', onLeft);
  });
}

type Unpacker = (body: Buffer, options: BrotliOptions & ZlibOptions & ZstdOptions) => Promise<Buffer>;

const unpackers: Readonly<Record<string, Unpacker>> = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  'x-gzip': promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Buffer, ZlibOptions, Buffer>(inflate),
  br: promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress),
  zstd: promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress),
};

function unpackerOf(encoding: string | undefined): Unpacker | undefined {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return undefined;
  const unpacker = Object.hasOwn(unpackers, name) ? unpackers[name] : undefined;
  if (unpacker) return unpacker;
  throw new ConclaveError(
    'invalid_request',
    `The content-encoding "${name.slice(0, 40)}" is not known here; send the body plain or as ${Object.keys(unpackers).join(', ')}.`,
    { status: 415 },
  );
}

async function unpackBounded(unpack: Unpacker, body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unpack(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes, 'more, unpacked');
    throw new ConclaveError('invalid_request', 'The body is not what its content-encoding says.', {
      cause: error,
    });
  }
}

function tooLarge(maxBytes: number, actual: string): ConclaveError {
  return new ConclaveError(
    'request_too_large',
    `A request body has at most ${maxBytes} bytes here, this one has ${actual}.`,
  );
}

function abortError(signal: AbortSignal): ConclaveError {
  const reason: unknown = signal.reason;
  if (reason instanceof ConclaveError) return reason;
  return new ConclaveError('cancelled', 'The request was given up.', { cause: reason });
}

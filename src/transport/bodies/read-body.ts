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
import { ConclaveError } from '../../core/errors.ts';
import { addChunk } from '../add-chunk.ts';
import type { KeyUploads } from './key-uploads.ts';

export type BodyLimits = {
  readonly maxBytes: number;
  /** What the request's key is sending at the same time, and how many bytes of that may have arrived. */
  readonly uploads?: KeyUploads;
  readonly maxUploadBytes?: number;
};

/**
 * Reads the whole body of a request, unpacked. A body announced as larger than `maxBytes` is rejected before it is
 * read; `maxBytes` also limits the unpacked size.
 * @throws ConclaveError `request_too_large`, `invalid_request` (bad compression; status 415 for an unknown one),
 * `rate_limited` if its key sends too much at the same time, `cancelled` if the client leaves.
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { maxBytes } = limits;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes, `${announced} bytes`);
  const unpack = unpackerOf(request.headers['content-encoding']);
  const body = await collect(request, limits);
  return unpack && body.length > 0 ? unpackBounded(unpack, body, maxBytes) : body;
}

function collect(
  request: IncomingMessage,
  { maxBytes, uploads = { open: 0, bytes: 0 }, maxUploadBytes = Infinity }: BodyLimits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (request.destroyed) return reject(left());
    const chunks: Buffer[] = [];
    let length = 0;
    let isOver = false;
    uploads.open += 1;
    const finish = () => {
      if (isOver) return;
      isOver = true;
      uploads.open -= 1;
      uploads.bytes -= length;
    };
    const refuse = (error: ConclaveError) => {
      finish();
      chunks.length = 0;
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      // The rest of a refused body is discarded but still read from the socket, so that the client can read the reply.
      if (isOver) return;
      if (length + chunk.length > maxBytes) return refuse(tooLarge(maxBytes, 'more'));
      // One body at a time is always accepted.
      if (uploads.open > 1 && uploads.bytes + chunk.length > maxUploadBytes)
        return refuse(tooManyUploads(uploads, maxUploadBytes));
      length += chunk.length;
      uploads.bytes += chunk.length;
      addChunk(chunks, chunk);
    });
    request.on('end', () => {
      finish();
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length));
    });
    request.on('close', () => {
      if (!request.readableEnded) refuse(left());
    });
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

function tooManyUploads({ open, bytes }: KeyUploads, maxUploadBytes: number): ConclaveError {
  const message = `This key is already sending ${bytes} bytes in ${open - 1} other requests; at most ${maxUploadBytes} may arrive at the same time (server.maxUploadBytesPerKey). Try again when one of them has arrived.`;
  return new ConclaveError('rate_limited', message, { retryAfterMs: 1_000 });
}

function left(): ConclaveError {
  return new ConclaveError('cancelled', 'The client left before its request was complete.');
}

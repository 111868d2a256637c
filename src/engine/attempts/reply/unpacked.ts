import { promisify } from 'node:util';
import { brotliDecompress, constants, unzip, zstdDecompress } from 'node:zlib';

const unzipped = promisify(unzip);
const unbrotlied = promisify(brotliDecompress);
const unzstded = promisify(zstdDecompress);

/** Returns the decompressed bytes, at most `most` of them; none if they cannot be decompressed. */
export async function unpacked(
  bytes: Uint8Array,
  encoding: string | string[] | undefined,
  most: number,
): Promise<Uint8Array> {
  try {
    switch (encoding) {
      case undefined:
      case 'identity':
        return bytes;
      case 'gzip':
      case 'x-gzip':
      case 'deflate':
        return await unzipped(bytes, { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH });
      case 'br':
        return await unbrotlied(bytes, { maxOutputLength: most });
      case 'zstd':
        return await unzstded(bytes, { maxOutputLength: most });
      default:
        return nothing;
    }
  } catch {
    return nothing;
  }
}

const nothing = new Uint8Array(0);

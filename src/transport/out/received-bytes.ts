import { joinBytes } from '../../core/json/join-bytes.ts';
import { addChunk } from '../add-chunk.ts';

const maxAtOnce = 8 * 1024;

/**
 * Bytes that have arrived and wait for their reader. Chunks that arrived together are returned together, up to 8 KiB.
 */
export class ReceivedBytes {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(chunk: Buffer): void {
    addChunk(this.#chunks, chunk);
    this.#size += chunk.length;
  }

  take(): Uint8Array {
    const taken = this.#size > maxAtOnce ? this.#takeSome() : this.#takeAll();
    this.#size -= taken.length;
    return taken;
  }

  takeWhole(): Uint8Array {
    const [first, second] = this.#chunks;
    const whole = first && !second ? first : Buffer.concat(this.#chunks, this.#size);
    this.drop();
    return whole;
  }

  drop(): void {
    this.#chunks.length = 0;
    this.#size = 0;
  }

  #takeAll(): Uint8Array {
    const [first, second] = this.#chunks;
    const taken = first && !second ? ownBytes(first) : joinBytes(this.#chunks);
    this.#chunks.length = 0;
    return taken;
  }

  #takeSome(): Uint8Array {
    const taken = Buffer.allocUnsafeSlow(maxAtOnce);
    let size = 0;
    while (size < maxAtOnce) {
      const chunk = this.#chunks.shift();
      if (!chunk) break;
      const copied = chunk.copy(taken, size);
      size += copied;
      if (copied < chunk.length) this.#chunks.unshift(chunk.subarray(copied));
    }
    return taken;
  }
}

/** Copies a small piece of a large read, so that it does not keep the whole read in memory. */
function ownBytes(chunk: Buffer): Uint8Array {
  return chunk.buffer.byteLength > maxAtOnce ? new Uint8Array(chunk) : chunk;
}

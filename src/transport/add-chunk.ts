import { joinBytes } from '../core/json/join-bytes.ts';

/** A chunk takes some 400 bytes of memory besides its own: from this size on, that does not matter. */
const wellSized = 16 * 1024;

/**
 * Adds a chunk to those that have arrived. Small ones are joined, however they arrive: a list of single bytes would take
 * hundreds of times the memory of what it holds. Each byte is copied a few times at most, since only chunks that are no
 * larger than what follows them are joined.
 */
export function addChunk(chunks: Buffer[], chunk: Buffer): void {
  let added = chunk;
  for (let last = chunks.at(-1); last && added.length < wellSized; last = chunks.at(-1)) {
    if (last.length > added.length) break;
    chunks.pop();
    const { buffer } = joinBytes([last, added]);
    added = Buffer.from(buffer);
  }
  chunks.push(added);
}

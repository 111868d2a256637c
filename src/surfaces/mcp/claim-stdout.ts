import { Writable } from 'node:stream';

/**
 * The way to standard output for the protocol alone: whatever anybody else writes there from now on, by `console` or
 * directly, goes to standard error.
 */
export function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, encoding, done) {
      // Strings come with the encoding that they were written in; bytes with a word that nobody reads.
      write(chunk, encoding, done);
    },
  });
}

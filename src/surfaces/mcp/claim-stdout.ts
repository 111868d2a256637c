import { Writable } from 'node:stream';

/**
 * Reserves standard output for the protocol: anything else written to it from now on, by `console` or directly, goes to
 * standard error.
 */
export function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, encoding, done) {
      // Strings come with their encoding; for bytes the encoding is ignored.
      write(chunk, encoding, done);
    },
  });
}

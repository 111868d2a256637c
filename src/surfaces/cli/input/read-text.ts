import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { ConclaveError } from '../../../core/errors.ts';
import { decodeText, looksBinary } from '../../../core/user-text/decode-text.ts';

/**
 * Reads a text file that the command line names as `named`, in any common encoding.
 * @throws ConclaveError `invalid_request` if it cannot be read or is no text.
 */
export async function readTextFile(path: string, named: string): Promise<string> {
  return textOf(await bytesOf(path, named), named);
}

/** An open pipe looks like a hanging command, for example if another program started it and left its input open. */
const quietWaitMs = 2_000;

/**
 * Reads standard input to its end, in any common encoding. Says on standard error what it waits for if that takes long.
 * @throws ConclaveError `invalid_request` if it is no text.
 */
export async function readStandardInput(): Promise<string> {
  const notice = setTimeout(() => {
    process.stderr.write(
      'conclave: waiting for the end of standard input; if there is none, add </dev/null or close it\n',
    );
  }, quietWaitMs);
  try {
    return textOf(await buffer(process.stdin), 'standard input');
  } finally {
    clearTimeout(notice);
  }
}

async function bytesOf(path: string, named: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ConclaveError('invalid_request', `${named} cannot be read: ${problem}`, { cause });
  }
}

function textOf(bytes: Buffer, named: string): string {
  if (!looksBinary(bytes)) return decodeText(bytes).text;
  throw new ConclaveError(
    'invalid_request',
    `${named} is binary, and only text can be read here; for an image, use conclave chat --images.`,
  );
}

import { asConclaveError, ConclaveError } from '../../../core/errors.ts';
import { readStandardInput, readTextFile } from './read-text.ts';

/**
 * Joins the words of the command line, the piped input and the files.
 * @throws ConclaveError `invalid_request` if there are none.
 */
export async function promptWithFiles(words: readonly string[], files: readonly string[]): Promise<string> {
  const attached = await Promise.all(
    files.map(async (path) => `\n\nFile ${path}:\n${await readAttached(path)}`),
  );
  const piped = process.stdin.isTTY ? '' : await readStandardInput();
  const prompt = [words.join(' '), piped.trim()].filter(Boolean).join('\n\n') + attached.join('');
  if (prompt === '')
    throw new ConclaveError('invalid_request', 'Nothing to ask: write a prompt or pipe one in.');
  return prompt;
}

/** `--file` takes several paths, so a prompt written after it looks like a file that does not exist. */
async function readAttached(path: string): Promise<string> {
  try {
    return await readTextFile(path, `--file ${path}`);
  } catch (thrown) {
    const error = asConclaveError(thrown);
    if (error.cause === undefined || (path.includes('.') && !/\s/u.test(path))) throw error;
    throw new ConclaveError(
      'invalid_request',
      `${error.message}; a prompt stands before its files, or after --`,
      { cause: error.cause },
    );
  }
}

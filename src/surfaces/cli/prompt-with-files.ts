import { readFile } from 'node:fs/promises';
import { text as readText } from 'node:stream/consumers';
import { ConclaveError } from '../../core/errors.ts';

/**
 * Joins the words of the command line, the piped input and the files.
 * @throws ConclaveError `invalid_request` if there are none.
 */
export async function promptWithFiles(words: readonly string[], files: readonly string[]): Promise<string> {
  const piped = process.stdin.isTTY ? '' : await readText(process.stdin);
  const attached = await Promise.all(
    files.map(async (path) => `\n\nFile ${path}:\n${await readAttached(path, '--file')}`),
  );
  const prompt = [words.join(' '), piped.trim()].filter(Boolean).join('\n\n') + attached.join('');
  if (prompt === '')
    throw new ConclaveError('invalid_request', 'Nothing to ask: write a prompt or pipe one in.');
  return prompt;
}

/** Reads a file that an option names. @throws ConclaveError `invalid_request` that names the option. */
export async function readAttached(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    const hint =
      /\s/u.test(path) || !path.includes('.') ? '; a prompt stands before its files, or behind --' : '';
    throw new ConclaveError('invalid_request', `${option} ${path} cannot be read: ${problem}${hint}`, {
      cause,
    });
  }
}

import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConclaveError } from '../../../core/errors.ts';

/** The text of a file, or `undefined` where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new ConclaveError('permission', `${path} cannot be read (${error.code}).`, { cause: error });
  });
}

/**
 * Puts `text` in the place of `before` at once: whoever reads the file sees the old or the new one whole. Links and
 * rights stay. @throws ConclaveError `invalid_request` where somebody has changed the file since it was read.
 */
export async function replaceFile(path: string, before: string | undefined, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  await mkdir(dirname(target), { recursive: true });
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temporary, mode);
    await refuseChanged(path, before);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Deletes a file that still reads as `before`. */
export async function removeFile(path: string, before: string): Promise<void> {
  await refuseChanged(path, before);
  await rm(path);
}

/** Keeps a copy beside the file, with its rights; returns where. */
export async function backUp(path: string, suffix: string): Promise<string> {
  const copy = `${path}.${suffix}`;
  await copyFile(path, copy);
  return copy;
}

async function refuseChanged(path: string, before: string | undefined): Promise<void> {
  if ((await readText(path)) === before) return;
  throw new ConclaveError(
    'invalid_request',
    `${path} was changed by somebody else in the meantime; nothing was written. Run it again.`,
  );
}

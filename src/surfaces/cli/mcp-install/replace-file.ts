import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConclaveError } from '../../../core/errors.ts';
import { systemErrorCode } from '../../../core/system/system-error-code.ts';

/** Returns the text of a file, or `undefined` if there is none. */
export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new ConclaveError('permission', `${path} cannot be read (${error.code}).`, { cause: error });
  });
}

/**
 * Replaces `before` with `text` atomically: readers see the old or the new file whole. Links and permissions stay.
 * @throws ConclaveError `invalid_request` if the file has changed since it was read, `permission` if it cannot be
 * written.
 */
export function replaceFile(path: string, before: string | undefined, text: string): Promise<void> {
  return sayingWhere(path, () => replace(path, before, text));
}

async function replace(path: string, before: string | undefined, text: string): Promise<void> {
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

/**
 * Deletes a file that still reads as `before`. If the file is a link, `empty` is written instead, because the user may
 * have created the link.
 */
export async function removeFile(path: string, before: string, empty: string): Promise<void> {
  if ((await lstat(path)).isSymbolicLink()) return replaceFile(path, before, empty);
  await refuseChanged(path, before);
  await sayingWhere(path, () => rm(path));
}

/** Copies the file next to it, with its permissions, and returns the path. An earlier copy is never overwritten. */
export async function backUp(path: string, suffix: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const copy = `${path}.${suffix}${count === 1 ? '' : `-${count}`}`;
    try {
      await copyFile(path, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (cause) {
      if (systemErrorCode(cause) !== 'EEXIST') throw notWritten(copy, cause);
    }
  }
}

/** Throws for a read-only file, because a rename would ignore that. @throws ConclaveError `permission`. */
export async function refuseReadOnly(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found || (found.mode & 0o200) !== 0) return;
  throw new ConclaveError(
    'permission',
    `${path} is read-only; make it writable, or change the source that generates it.`,
  );
}

async function sayingWhere(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw cause instanceof ConclaveError ? cause : notWritten(path, cause);
  }
}

function notWritten(path: string, cause: unknown): ConclaveError {
  return new ConclaveError(
    'permission',
    `${path} cannot be written (${systemErrorCode(cause) ?? String(cause)}).`,
    {
      cause,
    },
  );
}

async function refuseChanged(path: string, before: string | undefined): Promise<void> {
  if ((await readText(path)) === before) return;
  throw new ConclaveError(
    'invalid_request',
    `${path} was changed in the meantime; nothing was written. Run the command again.`,
  );
}

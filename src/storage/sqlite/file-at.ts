import { realpathSync, statSync } from 'node:fs';
import { systemErrorCode } from '../../core/system/system-error-code.ts';
import type { Ms } from '../../core/units.ts';

/** Identifies a file, whatever its name; `undefined` if there is none, or if it cannot be looked at. */
export function fileAt(path: string): string | undefined {
  try {
    return identityOf(path);
  } catch {
    return undefined;
  }
}

/** Follows links: SQLite puts -wal and -shm beside the file itself. A path that leads to no file stays as it is. */
export function linkedFile(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A look at the path takes microseconds, and a busy writer commits a thousand times in a second. */
const everyMs: Ms = 1_000;

/**
 * Returns what throws, within a second, if the path no longer leads to the file that is there now and that the process
 * has opened: it would be written on into nowhere, while other processes begin a new one. A path that cannot be followed
 * shows nothing. Once the file is back, it no longer throws.
 */
export function watchPlace(path: string): () => void {
  const opened = fileAt(path);
  const file = linkedFile(path);
  let inPlaceAt = performance.now();
  return () => {
    const now = performance.now();
    if (opened === undefined || now - inPlaceAt < everyMs) return;
    if (hasOtherFile(path, opened))
      throw new Error(
        `${path} is not the file that was opened, which was moved, replaced or deleted: put it back. To use another file in place of ${file}, as from a backup, stop every Conclave that uses it, remove ${file}-wal and ${file}-shm, which belong to the file that was opened, put the other there, and start again`,
      );
    inPlaceAt = now;
  };
}

function hasOtherFile(path: string, opened: string): boolean {
  try {
    return identityOf(path) !== opened;
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT';
  }
}

function identityOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev} ${ino}`;
}

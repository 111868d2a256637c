import { DatabaseSync } from 'node:sqlite';
import { linkedFile } from './file-at.ts';

/** SQLITE_CORRUPT and SQLITE_NOTADB, with their extended codes. */
const damageCodes = new Set([11, 26]);

/** Returns whether this SQLite error means that the file itself is damaged. */
export function isDamage(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    damageCodes.has(error.errcode & 0xff)
  );
}

/** Returns the findings of SQLite's own check, line by line. It reads the whole file. */
export function damageOf(path: string): string[] {
  using database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare('PRAGMA quick_check')
      .all()
      .flatMap((row) => String(row['quick_check']).split('\n'))
      .filter((line) => line !== 'ok' && !line.startsWith('*** '));
  } catch (error) {
    if (isDamage(error)) return [error instanceof Error ? error.message : String(error)];
    throw error;
  }
}

/** Returns instructions for people. Nothing here changes the file. */
export function howToRepair(path: string): string {
  const file = linkedFile(path);
  return (
    `The file is damaged: stop every Conclave and keep a copy of ${file} with its -wal and -shm. ` +
    `Then save what is readable (sqlite3 ${file} .recover | sqlite3 ${file}.repaired), remove ${file}-wal and ${file}-shm and put that in its place, or a backup; ` +
    `or move ${file} away with its -wal and -shm: a new ledger begins, and keys must be issued again. CONCLAVE_HOME chooses another folder.`
  );
}

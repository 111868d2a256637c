import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ConclaveError } from '../core/errors.ts';

/** The folder of keys and ledger: `CONCLAVE_HOME`, else `~/.conclave`. Made, for this user only, where it is missing. */
export function conclaveHome(env: Readonly<Record<string, string | undefined>>): string {
  const home = resolve(env['CONCLAVE_HOME'] || join(homedir(), '.conclave'));
  try {
    makeFolder(home);
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ConclaveError(
      'configuration',
      `${home}: the data folder cannot be used; make it readable and writable or set CONCLAVE_HOME to another`,
      { cause: error },
    );
  }
  return home;
}

/** Folder by folder: Node's recursive form never returns where a folder can be neither found nor made (`/proc`). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process that starts just now may have been faster.
    if (!existsSync(path)) throw error;
  }
}

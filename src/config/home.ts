import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ConclaveError } from '../core/errors.ts';
import { variableValue } from '../core/system/environment.ts';

/**
 * Returns the folder of keys and ledger: `CONCLAVE_HOME`, else `~/.conclave`. Creates it, for this user only, if it is
 * missing.
 * @throws ConclaveError `configuration` if it cannot be used, unless the environment names what it would hold: then it
 * is read if it is there.
 */
export function conclaveHome(env: Readonly<Record<string, string | undefined>>): string {
  const home = resolve(env['CONCLAVE_HOME'] || join(homedir(), '.conclave'));
  try {
    makeFolder(home);
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (standIns.every((name) => variableValue(env, name))) return home;
    throw new ConclaveError(
      'configuration',
      `${home}: the data folder cannot be used; make it readable and writable or set CONCLAVE_HOME to another`,
      { cause: error },
    );
  }
  return home;
}

/** The variables that stand for the ledger and the keys in the folder. */
const standIns = ['CONCLAVE_DATABASE_URL', 'CONCLAVE_API_KEY', 'CONCLAVE_ADMIN_KEY'];

/** Creates folder by folder: Node's recursive mode hangs if a folder can neither be found nor created (`/proc`). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

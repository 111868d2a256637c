import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ConclaveError } from '../core/errors.ts';
import { newVirtualKey } from './virtual-keys.ts';
import { systemErrorCode } from '../core/system/system-error-code.ts';

export type KeyFile = { readonly key: string; readonly warnings: readonly string[] };

/**
 * Returns the key in the file at `path`, which is created with mode 0600 if absent. Processes that start at once agree
 * on one key: the file appears whole or not at all, and later processes read it.
 * @throws ConclaveError `configuration` if the file cannot be created, read or understood.
 */
export function openKeyFile(path: string): KeyFile {
  try {
    if (!existsSync(path)) placeNewKey(path);
    const warnings = closeToOthers(path);
    const key = readFileSync(path, 'utf8').trim();
    if (!/^[\x21-\x7e]{16,}$/.test(key)) {
      throw new ConclaveError(
        'configuration',
        `${path} does not hold a key; delete it and start again to get a new one.`,
      );
    }
    return { key, warnings };
  } catch (cause) {
    if (cause instanceof ConclaveError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConclaveError(
      'configuration',
      `Cannot use the key file ${path}: ${reason}. Make its folder writable, or set CONCLAVE_HOME to another folder.`,
      { cause },
    );
  }
}

function placeNewKey(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${performance.now()}`;
  writeFileSync(draft, `${newVirtualKey()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return;
    // Some file systems do not support hard links.
    copyFileSync(draft, path, constants.COPYFILE_EXCL);
    chmodSync(path, 0o600);
  } finally {
    rmSync(draft, { force: true });
  }
}

function closeToOthers(path: string): string[] {
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return [];
  chmodSync(path, 0o600);
  return [
    `${path} was readable by other users of this machine and no longer is; replace the key if they may have read it`,
  ];
}

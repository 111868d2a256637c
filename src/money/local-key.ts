import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { variableValue, type Environment } from '../core/system/environment.ts';
import type { Budget, KeyStore } from '../core/stores/stores.ts';
import { unusedKeyName } from './unused-key-name.ts';
import { openKeyFile, type KeyFile } from './key-file.ts';
import { hashKey, shownPrefix } from './virtual-keys.ts';

/** Enough for a day's work, too little for a bad surprise. Models of unknown price may still be used. */
const localBudget: Budget = { window: 'day', limitUsd: 5, unknownPrices: 'allow' };

/** The name of a machine's own key, unless another machine's key on the same store has it. */
export const localKeyName = 'local';

const keyVariable = 'CONCLAVE_API_KEY';
const keyFileName = 'local.key';

type KeyPlace = {
  /** The folder set by `CONCLAVE_HOME`. */
  readonly home: string;
  readonly environment: Environment;
};

/**
 * Opens the key that stdio MCP, the CLI and the library use: `CONCLAVE_API_KEY`, or the one in `local.key`. On first
 * use it is added to the virtual keys as `local`, with a budget of $5 a day. If another machine's key on the same store
 * has that name, it becomes `local-` and the first digits of its digest. A key from the file is stored with the name of
 * this machine.
 */
export async function openLocalKey({
  keys,
  ...place
}: KeyPlace & { readonly keys: KeyStore }): Promise<KeyFile> {
  const file = keyFrom(place, keyVariable, keyFileName);
  const hash = hashKey(file.key);
  const known = await keys.find(hash);
  // A variable may give several machines the same key.
  const machine = localKeyPlace(place) === keyVariable ? {} : { host: hostname() };
  if (known && known.host !== machine.host && machine.host !== undefined)
    await keys.change(known.id, machine);
  if (!known) {
    const name = await unusedKeyName(keys, localKeyName, hash.slice(0, 6));
    const enter = (as: string) =>
      keys.create({ name: as, budgets: [localBudget], ...machine }, hash, shownPrefix(file.key));
    await enter(name).catch(async () => {
      // A concurrent process may have added it first, or another machine may have added its own key under this name.
      if (!(await keys.find(hash))) await enter(`${localKeyName}-${hash.slice(0, 6)}`);
    });
  }
  return file;
}

/** Returns the local key from its file or variable, whether or not it has been used. */
export function localKeyOf(place: KeyPlace): string {
  return keyFrom(place, keyVariable, keyFileName).key;
}

/** Returns where the local key is found: the name of its variable, or the path of its file. */
export function localKeyPlace({ home, environment }: KeyPlace): string {
  return variableValue(environment, keyVariable) ? keyVariable : join(home, keyFileName);
}

/**
 * Returns the path of this machine's key file if it holds the present secret of the key with this id. One that cannot be
 * read holds nobody's: it must not keep a leaked key from being replaced.
 */
export async function keyFileOf(
  id: string,
  { home, keys }: Pick<KeyPlace, 'home'> & { readonly keys: KeyStore },
): Promise<string | undefined> {
  const path = join(home, keyFileName);
  const secret = await readFile(path, 'utf8').catch(() => '');
  const held = await keys.find(hashKey(secret.trim()));
  return held?.id === id && !held.former ? path : undefined;
}

/**
 * Returns a function that recognises the digest of this machine's own key. If the key file cannot be read or created,
 * no digest matches.
 */
export function knowsLocalKey(place: KeyPlace): (hash: string) => boolean {
  let own: string | undefined;
  return (hash) => {
    try {
      own ??= hashKey(localKeyOf(place));
    } catch {
      own = '';
    }
    return own === hash;
  };
}

/** Returns the key of the admin API: `CONCLAVE_ADMIN_KEY`, or the one in `admin.key`. */
export function openAdminKey(place: KeyPlace): KeyFile {
  return keyFrom(place, 'CONCLAVE_ADMIN_KEY', 'admin.key');
}

function keyFrom({ home, environment }: KeyPlace, variable: string, fileName: string): KeyFile {
  const given = variableValue(environment, variable);
  return given ? { key: given, warnings: [] } : openKeyFile(join(home, fileName));
}

import { join } from 'node:path';
import type { Budget, KeyStore } from '../core/stores/stores.ts';
import { unusedKeyName } from './unused-key-name.ts';
import { openKeyFile, type KeyFile } from './key-file.ts';
import { hashKey, shownPrefix } from './virtual-keys.ts';

/** Enough for a day's work, too little for a bad surprise. Soft: a model of unknown price may still be used. */
const localBudget: Budget = { window: 'day', limitUsd: 5, hard: false };

type KeyPlace = {
  /** The folder that `CONCLAVE_HOME` names. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
 * The key that stdio MCP, the CLI and the library act as: `CONCLAVE_API_KEY`, or the one in `local.key`. At its first
 * use it is entered among the virtual keys with its budget of $5 a day, as `local`: beside another machine's on the same
 * store as `local-` and the first digits of its digest.
 */
export async function openLocalKey({
  keys,
  ...place
}: KeyPlace & { readonly keys: KeyStore }): Promise<KeyFile> {
  const file = keyFrom(place, 'CONCLAVE_API_KEY', 'local.key');
  const hash = hashKey(file.key);
  if (!(await keys.find(hash))) {
    const name = await unusedKeyName(keys, 'local', hash.slice(0, 6));
    const enter = (as: string) =>
      keys.create({ name: as, budgets: [localBudget] }, hash, shownPrefix(file.key));
    await enter(name).catch(async () => {
      // Another process that starts just now may have entered it first, or another machine its own under this name.
      if (!(await keys.find(hash))) await enter(`local-${hash.slice(0, 6)}`);
    });
  }
  return file;
}

/** The same key, as its file or its variable holds it, whether or not it has been used. */
export function localKeyOf(place: KeyPlace): string {
  return keyFrom(place, 'CONCLAVE_API_KEY', 'local.key').key;
}

/** Tells the digest of this machine's own key. Where its file cannot be read or made, no key is that one. */
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

/** The key of the admin API: `CONCLAVE_ADMIN_KEY`, or the one in `admin.key`. */
export function openAdminKey(place: KeyPlace): KeyFile {
  return keyFrom(place, 'CONCLAVE_ADMIN_KEY', 'admin.key');
}

function keyFrom({ home, environment }: KeyPlace, variable: string, fileName: string): KeyFile {
  const given = environment[variable]?.trim();
  return given ? { key: given, warnings: [] } : openKeyFile(join(home, fileName));
}

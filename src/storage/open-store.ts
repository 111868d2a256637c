import { ConclaveError } from '../core/errors.ts';
import type { Store } from '../core/stores/stores.ts';
import type { StoreOptions } from './assemble-store.ts';

/**
 * Opens the ledger and the keys: in the database at `databaseUrl` (`CONCLAVE_DATABASE_URL`) if set, else in the SQLite
 * file at `path`.
 * @throws ConclaveError `configuration` if the database cannot be used.
 */
export async function openStore({
  path,
  databaseUrl,
  ...options
}: StoreOptions & { readonly path: string; readonly databaseUrl?: string | undefined }): Promise<Store> {
  if (databaseUrl === undefined || databaseUrl === '') {
    const { openSqliteStore } = await import('./sqlite/open-sqlite-store.ts');
    return openSqliteStore({ path, ...options });
  }
  if (!/^postgres(?:ql)?:\/\//.test(databaseUrl)) {
    throw new ConclaveError(
      'configuration',
      'CONCLAVE_DATABASE_URL is not a postgres:// URL; correct it, or unset it to use SQLite.',
    );
  }
  const { openPostgresStore } = await import('./postgres/open-postgres-store.ts');
  return openPostgresStore({ url: databaseUrl, ...options });
}

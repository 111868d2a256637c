import { join } from 'node:path';
import { conclaveHome } from '../../config/home.ts';
import type { Store } from '../../core/stores/stores.ts';
import { openStore } from '../../storage/open-store.ts';
import type { AppOptions } from '../options.ts';

export const databasePath = (home: string): string => join(home, 'conclave.db');

/**
 * Opens the ledger's file in the home folder, or the database that the environment names; `warn` receives what is
 * damaged in it.
 */
export function openStoreByEnvironment(
  env: AppOptions['env'],
  warn?: (message: string) => void,
): Promise<Store> {
  return openStore({
    path: databasePath(conclaveHome(env)),
    databaseUrl: env['CONCLAVE_DATABASE_URL'],
    ...(warn && { warn }),
  });
}

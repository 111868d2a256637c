import { dirname } from 'node:path';
import { appendAll } from '../../core/lists/append-all.ts';
import { conclaveHome } from '../../config/home.ts';
import type { LoadedConfig } from '../../config/reading/load-config.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Store } from '../../core/stores/stores.ts';
import { askRunningServer } from '../../diagnosis/ask-running-server.ts';
import { checkData } from '../../diagnosis/check-data.ts';
import { checkKeyRoots, checkRoots } from '../../diagnosis/check-key-roots.ts';
import { checkMemory } from '../../diagnosis/check-memory.ts';
import { checkNode } from '../../diagnosis/check-node.ts';
import { checkPort } from '../../diagnosis/check-port.ts';
import { checked, type Check } from '../../diagnosis/check.ts';
import { configRemedy } from '../../diagnosis/config-remedy.ts';
import { nextStep } from '../../diagnosis/next-step.ts';
import { folderFrom } from '../../files/granted-roots.ts';
import { localKeyOf } from '../../money/local-key.ts';
import { howToRepair, isDamage } from '../../storage/sqlite/damage.ts';
import { createTransport } from '../../transport/out/http-out.ts';
import { diagnoseProviders } from './diagnose-providers.ts';
import { toolsOf } from '../tools/offered-tools.ts';
import { databasePath, openStoreByEnvironment } from '../foundation/open-store-by-environment.ts';
import type { AppOptions } from '../options.ts';
import { readConfiguration } from '../foundation/read-configuration.ts';

/** Runs the checks of `conclave doctor`. Each check is independent, so that one failure does not hide another. */
export async function diagnose(
  options: AppOptions,
): Promise<{ readonly checks: Check[]; readonly next: string }> {
  const { env: environment } = options;
  const checks: Check[] = [checkNode(process.version)];
  const transport = createTransport();
  let loaded: LoadedConfig | undefined;
  appendAll(checks, [
    ...(await checked('config', configRemedy, async () => {
      loaded = await readConfiguration(options);
      return configChecks(options, loaded);
    })),
    ...(await checked('data', dataRemedy(environment), async () => {
      const store = await openStoreByEnvironment(environment);
      try {
        const home = conclaveHome(environment);
        const data = checkData(await store.damage(), home, howToRepair(databasePath(home)));
        return [data, ...(await keyRootChecks(options, loaded, store))];
      } finally {
        await store.close();
      }
    })),
  ]);
  if (loaded) {
    const { host, port } = loaded.config.server;
    appendAll(checks, [
      ...(await diagnoseProviders(options, loaded, transport)),
      await checkPort(host, port, (url) =>
        askRunningServer(transport, url, () => localKeyOf({ home: conclaveHome(environment), environment })),
      ),
    ]);
  }
  appendAll(checks, await checkMemory());
  await transport.close();
  return { checks, next: nextStep(checks, { simulate: options.simulate === true }) };
}

/** Checks what a configuration says about this machine; what it says about providers is checked with them. */
async function configChecks(options: AppOptions, loaded: LoadedConfig): Promise<Check[]> {
  await toolsOf(loaded);
  const roots = await checkRoots(loaded.config.tools.roots ?? [], { folderOf: folderOf(options, loaded) });
  if (roots.length > 0) return roots;
  return [{ name: 'config', state: 'ok', found: loaded.path ?? 'none; defaults are used' }];
}

function dataRemedy(env: AppOptions['env']): (error: unknown) => string {
  if (env['CONCLAVE_DATABASE_URL'])
    return () => 'start that database, or correct CONCLAVE_DATABASE_URL, or unset it to use SQLite';
  return (error) =>
    error instanceof ConclaveError && isDamage(error.cause)
      ? 'repair the file as described, from a copy; or restore a backup'
      : 'set CONCLAVE_HOME to a folder of yours';
}

async function keyRootChecks(
  options: AppOptions,
  loaded: LoadedConfig | undefined,
  { keys }: Store,
): Promise<Check[]> {
  if (loaded === undefined || Object.keys(loaded.config.tools.keyRoots).length === 0) return [];
  return checkKeyRoots(loaded.config.tools.keyRoots, {
    keys: await keys.list(),
    folderOf: folderOf(options, loaded),
  });
}

/** Paths are resolved relative to the same folder as in the gateway. */
function folderOf({ cwd }: AppOptions, { path }: LoadedConfig): (written: string) => string {
  const base = path === undefined ? cwd : dirname(path);
  return (written) => folderFrom(written, base);
}

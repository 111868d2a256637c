import type { App } from '../app.ts';
import { deploymentFinder } from '../config/deployments/deployment-finder.ts';
import { configuredAccounts } from '../config/deployments/configured-accounts.ts';
import { deploymentWithId } from '../config/deployments/deployment-with-id.ts';
import { isSimulatedSource } from '../config/discovery/found-provider.ts';
import type { LoadedConfig } from '../config/reading/load-config.ts';
import { withConfigLine } from '../config/reading/with-config-line.ts';
import { installPreCommitHook, removePreCommitHook } from '../files/git/pre-commit-hook.ts';
import { appCalls } from './engine/app-calls.ts';
import { appDeployments } from './server/app-deployments.ts';
import { appKeys } from './app-keys.ts';
import { appMetrics, knownModels } from './server/app-metrics.ts';
import { appModels, type AppModels } from './models/app-models.ts';
import { appOverview } from './server/app-overview.ts';
import { appRoots } from './tools/app-roots.ts';
import { appRouter } from './router/app-router.ts';
import { appTools } from './tools/app-tools.ts';
import { appWire } from './engine/app-wire.ts';
import { engineOf } from './engine/engine-of.ts';
import type { Foundation } from './foundation/foundation.ts';
import { accountAt } from '../core/accounts/account-at.ts';
import type { Deployment } from '../core/deployment.ts';
import { listenForHttp } from './server/listen-for-http.ts';
import { modelIdOf } from '../config/deployments/model-id-of.ts';
import type { AppOptions } from './options.ts';

/**
 * Builds everything that follows from one configuration, on a foundation that may outlive it.
 * @throws ConclaveError `configuration` for one that cannot work; the foundation is unchanged.
 */
export function buildApp(
  foundation: Foundation,
  loaded: LoadedConfig,
  options: AppOptions & Pick<App, 'configState'>,
): Promise<App> {
  return withConfigLine(loaded, () => assemble(foundation, loaded, options));
}

async function assemble(
  foundation: Foundation,
  loaded: LoadedConfig,
  options: AppOptions & Pick<App, 'configState'>,
): Promise<App> {
  const { config } = loaded;
  const models = await appModels(foundation, loaded, options);
  const { catalogue } = models;
  const wire = appWire();
  const configured = configuredDeployments(loaded, options, models);
  const deploymentsOf = deploymentFinder(configured);
  const withId = (id: string) => deploymentWithId(id, { deploymentsOf });
  const isKnown = knownModels(catalogue, config);
  const isKnownDeployment = (id: string) =>
    deploymentWithId(id, { deploymentsOf, isModel: isKnown }) !== undefined;
  const engine = engineOf(foundation, {
    config,
    models,
    wire,
    isKnown,
    deploymentsOf,
    custom: options.providers ?? [],
    extensions: options.extensions ?? {},
  });
  const tools = await appTools(foundation, { config, catalogue, engine });
  const roots = appRoots(loaded, options);
  const { store, newId, log } = foundation;
  const simulatorUrl = foundation.simulatorUrl();
  const app: App = {
    config,
    ...(loaded.path && { configPath: loaded.path }),
    configState: options.configState,
    home: foundation.home,
    ...(simulatorUrl && { simulatorUrl }),
    models,
    wire,
    engine,
    ledger: store.ledger,
    overview: appOverview(store.ledger),
    keys: appKeys(foundation, config, models),
    calls: appCalls(engine, { newId, toolContext: tools.context }),
    router: appRouter(foundation, { config, catalogue, engine, deploymentsOf }),
    tools,
    roots,
    preCommitHook: {
      install: async (command) => installPreCommitHook(await roots.command(), command),
      remove: async () => removePreCommitHook(await roots.command()),
    },
    server: {
      listen: listenForHttp,
      processes: options.processes ?? 1,
      metrics: appMetrics(foundation, options, isKnownDeployment),
      deployments: appDeployments(foundation, engine, options),
    },
    log,
    newId,
    ready: () => store.ping(),
    close: () => foundation.close(),
  };
  // Only now: a configuration that is refused above must leave what is known of the deployments in use as it is.
  foundation.memory.retain({ withId, usesAccount: accountCheck(configured, withId) });
  foundation.learned.simulate(models.found.some(isSimulatedSource));
  return app;
}

function configuredDeployments(
  { config }: LoadedConfig,
  { providers = [] }: AppOptions,
  { catalogue, found }: AppModels,
) {
  return {
    found,
    entries: config.deployments,
    custom: providers,
    idOf: (name: string) => modelIdOf(name, catalogue.resolve),
  };
}

/**
 * Returns a check whether a configured deployment uses an account at an address. Without a key, every deployment is an
 * account.
 */
function accountCheck(
  { found, entries }: ReturnType<typeof configuredDeployments>,
  withId: (id: string) => Deployment | undefined,
): (account: string) => boolean {
  const accounts = configuredAccounts(found, entries);
  return (account) => {
    if (accounts.has(account)) return true;
    const keyless = withId(account.slice(account.indexOf(' ') + 1, account.lastIndexOf(' ')));
    return keyless !== undefined && accountAt(keyless) === account;
  };
}

import { join } from 'node:path';
import type { App, AppOptions } from '../app.ts';
import { withConfigLine } from '../config/with-config-line.ts';
import { checkDataPolicy } from '../config/check-data-policy.ts';
import { checkReferences } from '../config/check-references.ts';
import { deploymentFinder } from '../config/deployments.ts';
import { isConfigured } from '../config/is-configured.ts';
import { shareLimits } from '../config/share-limits.ts';
import type { FoundProvider } from '../config/discover-providers.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import type { DialectId } from '../core/wire/content.ts';
import type { Catalogue } from '../core/catalogue.ts';
import { ConclaveError } from '../core/errors.ts';
import type { KeySettings } from '../core/stores/stores.ts';
import type { Dialect } from '../core/wire/dialect.ts';
import { embedders } from '../dialects/embedders.ts';
import { dialects } from '../dialects/index.ts';
import { ask, callOf } from '../engine/ask.ts';
import { measureRequest } from '../engine/routing/measure-request.ts';
import { partsOf, streamText } from '../engine/replies/stream-text.ts';
import { installPreCommitHook, removePreCommitHook } from '../files/git/pre-commit-hook.ts';
import { createCatalogue } from '../models/create-catalogue.ts';
import { issueKey } from '../money/virtual-keys.ts';
import { withRuleNames } from '../policies/rule-names.ts';
import { checkKeyRouting, checkPreferences, policyNames, unpursuedGoal } from '../policies/policy-for.ts';
import { providerNames } from './provider-names.ts';
import { promptBook, readOverrides } from '../prompts/prompt-book.ts';
import { toolPrompts } from '../prompts/tools/index.ts';
import { builtInProviders } from '../providers/built-in-providers.ts';
import { formatFindings } from '../tools/findings/format-findings.ts';
import { enabledTools } from '../tools/offer/enabled-tools.ts';
import { fitText } from '../tools/asking/fit-text.ts';
import { tools } from '../tools/index.ts';
import { readToolInput } from '../tools/offer/read-tool-input.ts';
import { answerVerifier } from '../tools/verification/verify-answer.ts';
import { namedTool } from '../tools/offer/named-tool.ts';
import { withVerification } from '../tools/verification/with-verification.ts';
import { appMetrics, knownModels } from './app-metrics.ts';
import { discoveredModels, localCatalogue } from './local-catalogue.ts';
import { findProviders } from './find-providers.ts';
import type { Foundation } from './foundation.ts';
import { giveFeedback } from './give-feedback.ts';
import { verificationPreparer } from './prepare-verification.ts';
import { trainRouter } from './train-router.ts';
import { openWhatIf } from './open-what-if.ts';
import { toolRoots } from './tool-roots.ts';
import { engineOf } from './engine-of.ts';
import { listen } from './listen.ts';
import { toolContexts } from './tool-contexts.ts';

/**
 * Builds everything that follows from one configuration, on a foundation that may outlive it.
 * @throws ConclaveError `configuration` for one that cannot work; the foundation is unchanged.
 */
export async function buildApp(
  foundation: Foundation,
  loaded: LoadedConfig,
  options: AppOptions & Pick<App, 'configState'>,
): Promise<App> {
  try {
    return await assemble(foundation, loaded, options);
  } catch (error) {
    throw await withConfigLine(error, loaded);
  }
}

async function assemble(
  foundation: Foundation,
  loaded: LoadedConfig,
  options: AppOptions & Pick<App, 'configState'>,
): Promise<App> {
  const { config } = loaded;
  const { store, newId } = foundation;
  const found = await findProviders(options, loaded, foundation);
  const names = providerNames(
    found,
    (options.providers ?? []).map(({ name }) => name),
    config,
  );
  const catalogue = await catalogueOf(config, { found, names: names.ids, options, foundation });
  if (!options.offline)
    checkDataPolicy(config.routing.allow, {
      known: names.ids,
      place: 'routing.allow.providers',
      code: 'configuration',
    });
  const checkKey = ({ models, routing, allow }: Partial<KeySettings>) => {
    checkKeyRouting({ models, routing }, catalogue);
    checkDataPolicy(allow, { known: names.ids, place: 'allow.providers', code: 'invalid_request' });
  };
  const dialectMap = new Map<DialectId, Dialect>(dialects.map((dialect) => [dialect.id, dialect]));
  const embedderMap = embedders(dialects);
  const isKnown = knownModels(catalogue, config);
  const configured = {
    found,
    entries: shareLimits(config.deployments, options.processes ?? 1),
    custom: options.providers ?? [],
    idOf: (name: string) => idOf(catalogue, name),
  };
  const deploymentsOf = deploymentFinder(configured);
  foundation.memory.health.retain(isConfigured(configured));
  const engine = engineOf(foundation, {
    config,
    isKnown,
    deploymentsOf,
    found,
    catalogue,
    dialects: dialectMap,
    embedders: embedderMap,
    custom: options.providers ?? [],
    extensions: options.extensions ?? {},
  });
  const prompts = promptBook(await readOverrides(join(foundation.home, 'prompts'), toolPrompts));
  const simulatorUrl = foundation.simulatorUrl();
  const roots = toolRoots(loaded, options);
  const contexts = toolContexts(foundation, { catalogue, engine, prompts, config });
  const offered = enabledTools(tools, config.tools.disabled).map(withVerification);
  return {
    config,
    ...(loaded.path && { configPath: loaded.path }),
    configState: options.configState,
    home: foundation.home,
    found,
    catalogue,
    dialects: dialectMap,
    embedders: embedderMap,
    engine,
    providerNames: names,
    policyNames,
    ledger: store.ledger,
    store,
    keyRing: foundation.keyRing,
    localKey: foundation.localKey,
    unheardAim: (routing) => unpursuedGoal(routing, config.routing),
    async issueKey(settings) {
      checkKey(settings);
      return issueKey(store.keys, settings);
    },
    async changeKey({ id }, change) {
      const before = await store.keys.byId(id);
      const { models = before?.models, routing = before?.routing, allow = before?.allow } = change;
      checkKey({ models: models ?? undefined, routing: routing ?? undefined, allow: allow ?? undefined });
      const changed = await store.keys.change(id, change);
      foundation.keyRing.forget();
      if (!changed) throw new ConclaveError('not_found', `There is no key "${id}".`);
      return changed;
    },
    router: foundation.learned,
    trainRouter: ({ since }) =>
      trainRouter(
        { store: store.router, home: foundation.home, learned: foundation.learned, models: catalogue },
        { since, now: Date.now() },
      ),
    async route(question) {
      await foundation.learned.refresh();
      return engine.preview(callOf({ ...question, principal: await foundation.localPrincipal() }, newId));
    },
    whatIf: openWhatIf({
      catalogue,
      config,
      ledger: store.ledger,
      keys: store.keys,
      deploymentsOf,
      learned: foundation.learned,
      now: Date.now,
    }),
    async feedback(said) {
      await giveFeedback(store.ledger, said, Date.now());
      await foundation.learned.refresh();
    },
    measure: measureRequest,
    listen,
    prompts,
    tools: offered,
    tool: (name) => namedTool(offered, name),
    readToolInput,
    prepareVerification: verificationPreparer(answerVerifier(contexts)),
    fitText,
    formatFindings,
    log: foundation.log,
    processes: options.processes ?? 1,
    metrics: appMetrics(foundation, options, isKnown),
    ...(simulatorUrl && { simulatorUrl }),
    newId,
    toolContext: contexts,
    localPrincipal: foundation.localPrincipal,
    ...roots,
    preCommitHook: {
      install: async (command) => installPreCommitHook(await roots.localRoots(), command),
      remove: async () => removePreCommitHook(await roots.localRoots()),
    },
    ask: (question) => ask(engine, callOf(question, newId)),
    stream: async (question) => partsOf(await engine.run(callOf(question, newId))),
    streamText: async (question) => streamText(await engine.run(callOf(question, newId))),
    close: () => foundation.close(),
  };
}

type Sold = {
  readonly found: readonly FoundProvider[];
  /** Provider ids that config and keys may name. */
  readonly names: App['providerNames']['ids'];
  readonly options: AppOptions;
  readonly foundation: Foundation;
};

async function catalogueOf(
  config: Config,
  { found, names, options: { offline = false, providers = [] }, foundation }: Sold,
): Promise<Catalogue> {
  const catalogue = await createCatalogue({
    providers: found.map(({ provider }) => provider),
    known: builtInProviders,
    configured: config.models,
    aliases: config.aliases,
    discovered: discoveredModels(found),
    custom: providers,
  });
  if (!offline) {
    checkReferences(config, {
      resolve: (name) => catalogue.resolve(name),
      providerNames: names,
      providers: new Map(found.map(({ provider }) => [provider.id, provider.auth])),
      tools: tools.map(({ name }) => name),
    });
    checkPreferences(withRuleNames(config.routing, catalogue), catalogue);
  }
  return localCatalogue(catalogue, {
    found,
    details: foundation.localModels,
    log: foundation.log,
    now: Date.now,
  });
}

/** Resolves a name to a model id. Patterns match many models and are returned unchanged. */
function idOf(catalogue: Catalogue, name: string): string {
  const meant = name.includes('*') ? undefined : catalogue.resolve(name);
  return meant?.kind === 'model' ? meant.model.id : name;
}

import type { LLMProvider } from '../../core/wire/llm-provider.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { Model } from '../../core/model.ts';
import { priceFromUsd } from '../../core/money/price-from-usd.ts';
import { Secret } from '../../core/credential.ts';
import type { Deployment } from '../../core/deployment.ts';
import type { Provider } from '../../core/provider.ts';
import { isSimulatedSource, type FoundProvider } from '../discovery/found-provider.ts';
import { deploymentName } from './deployment-name.ts';
import { describesOwn } from './describes-own.ts';
import { atOwnAddress } from '../addresses/own-address.ts';
import { isOnOwnNetwork } from '../../core/system/addresses.ts';
import type { DeploymentEntry } from '../schema/config-schema.ts';

/**
 * Returns a function that finds the deployments of a model: its provider's own and those that the config adds. Called
 * for every call.
 */
export function deploymentFinder(options: {
  readonly found: readonly FoundProvider[];
  readonly entries: readonly DeploymentEntry[];
  readonly custom: readonly LLMProvider[];
  /** Resolves an alias to its id; returns any other name unchanged. */
  readonly idOf: (name: string) => string;
}): (model: ServedModel) => readonly Deployment[] {
  const providers = new Map(options.found.map((entry) => [entry.provider.id, entry]));
  const entries = options.entries.map((entry, at) => ({
    ...entry,
    model: options.idOf(entry.model),
    place: `deployments.${at}`,
  }));
  const custom = new Map(options.custom.map((provider) => [provider.name, provider]));
  const known = new Map<string, readonly Deployment[]>();
  return (model) => {
    let deployments = known.get(model.id);
    if (!deployments) {
      deployments = deploymentsOf(model, { entries, providers, customByName: custom });
      // Unlisted names come from callers, so this cache is bounded.
      if (known.size < 10_000) known.set(model.id, deployments);
    }
    return deployments;
  };
}

type ServedModel = Pick<Model, 'id' | 'provider'>;

/** An entry with its place in the config. */
type PlacedEntry = DeploymentEntry & { readonly place: string };

type Sources = {
  readonly entries: readonly PlacedEntry[];
  readonly providers: ReadonlyMap<string, FoundProvider>;
  readonly customByName: ReadonlyMap<string, LLMProvider>;
};

function deploymentsOf(model: ServedModel, { entries, providers, customByName }: Sources): Deployment[] {
  const custom = customByName.get(model.provider);
  if (custom) return [customDeployment(model, custom)];
  const found = providers.get(model.provider);
  const mine = entries.filter((entry) => matchesPattern(model.id, entry.model));
  const names = new Map<string, number>();
  const further = mine
    .filter((entry) => !describesOwn(entry, model.provider))
    .flatMap((entry) => {
      const target = providers.get(entry.provider ?? model.provider);
      if (!target) return [];
      const name = deploymentName(entry, model.provider);
      const sameBefore = names.get(name) ?? 0;
      names.set(name, sameBefore + 1);
      const id = `${model.id}#${name}${sameBefore === 0 ? '' : `-${sameBefore + 1}`}`;
      return [configuredDeployment(id, entry, target)];
    });
  const own = mine.find((entry) => describesOwn(entry, model.provider));
  if (!found) return further;
  const first = providersOwn(model.id, found);
  return [own ? { ...first, ...terms(own) } : first, ...further];
}

function terms({ weight, rpm, tpm, concurrency, price }: DeploymentEntry) {
  const limits = { ...(rpm && { rpm }), ...(tpm && { tpm }), ...(concurrency && { concurrency }) };
  return {
    weight,
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(price && { price: priceFromUsd(price) }),
  };
}

/** A model's deployment with its provider's own key and address. */
export function providersOwn(id: string, found: FoundProvider): Deployment {
  return {
    id,
    provider: found.provider,
    endpoints: found.provider.dialects,
    weight: 1,
    // A replayed answer costs nothing, like a simulated one, and must not be counted as money.
    simulated: isSimulatedSource(found),
    ...(found.secret && { credential: { secret: found.secret, label: found.detail } }),
    ...(found.aws && { aws: found.aws }),
    ...(found.region && { region: found.region }),
  };
}

/** A model's deployment at the provider that sells it, as an entry of the config describes it. */
export function configuredDeployment(id: string, entry: PlacedEntry, found: FoundProvider): Deployment {
  const base = providersOwn(id, found);
  const { apiKey, baseUrl, region, place } = entry;
  const limited = { ...base, ...terms(entry) };
  // The simulator stands in for every address: neither a real key nor a real server is used.
  if (found.source === 'simulated') return { ...limited, ...(region && { region }) };
  return {
    ...limited,
    ...(apiKey && { credential: { secret: new Secret(apiKey), label: `${place}.apiKey` } }),
    ...(region && { region, ...inRegion(base, region) }),
    ...(baseUrl && moved(base, baseUrl)),
  };
}

/** Moves a deployment to another address. At a public one it is not local, whatever its provider is. */
function moved({ provider, endpoints }: Deployment, baseUrl: string): Partial<Deployment> {
  const local = provider.local && isOnOwnNetwork(baseUrl);
  return {
    provider: { ...provider, local },
    endpoints: atOwnAddress({ ...provider, dialects: endpoints }, baseUrl),
  };
}

/** Moves a deployment to another AWS region, which is part of its address and signature. */
function inRegion({ aws, endpoints }: Deployment, region: string): Partial<Deployment> {
  if (!aws) return {};
  const from = aws.region;
  const moved = endpoints.map((endpoint) => ({
    ...endpoint,
    baseUrl: from ? endpoint.baseUrl.replace(`.${from}.`, `.${region}.`) : endpoint.baseUrl,
  }));
  return { aws: { ...aws, region }, endpoints: moved };
}

function customDeployment(model: ServedModel, custom: LLMProvider): Deployment {
  const provider: Provider = {
    id: custom.name,
    name: custom.name,
    dialects: [],
    auth: 'none',
    keyVariables: [],
    quirks: {},
    local: false,
  };
  return {
    id: model.id,
    provider,
    // Nothing is sent over the network; the ledger still records the nearest dialect.
    endpoints: [{ dialect: 'openai-chat', baseUrl: '' }],
    weight: 1,
    simulated: false,
    custom,
  };
}

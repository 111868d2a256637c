import type { FoundProvider } from '../../config/discovery/found-provider.ts';
import type { LoadedConfig } from '../../config/reading/load-config.ts';
import { modelDetails } from '../../config/discovery/model-details.ts';
import { atOwnAddress } from '../../config/addresses/own-address.ts';
import { probeLocalServer } from '../../config/discovery/probe-local-server.ts';
import { withConfigLine } from '../../config/reading/with-config-line.ts';
import { ConclaveError, type ErrorCode } from '../../core/errors.ts';
import { Secret } from '../../core/credential.ts';
import { codeOfStatus } from '../../core/wire/code-of-status.ts';
import type { IncomingReply, Transport } from '../../core/wire/transport.ts';
import { checked, type Check } from '../../diagnosis/check.ts';
import { checkProviders, type Reachable } from '../../diagnosis/check-providers.ts';
import { checkRegions, type ProviderRegion } from '../../diagnosis/check-regions.ts';
import { configRemedy } from '../../diagnosis/config-remedy.ts';
import { dialects } from '../../dialects/index.ts';
import { readErrorBody } from '../../engine/attempts/failure/read-error-body.ts';
import { authorizer } from '../../providers/authorize.ts';
import { checkedCatalogue } from '../models/app-models.ts';
import { findProviders } from '../models/find-providers.ts';
import type { AppOptions } from '../options.ts';

/** Checks every provider and key that a start would find, and what the configuration says about them. */
export function diagnoseProviders(
  options: AppOptions,
  loaded: LoadedConfig,
  transport: Transport,
): Promise<Check[]> {
  return checked('providers', providersRemedy, async () => {
    const found = await findAll(options, loaded, transport);
    const names = await checked('config', configRemedy, async () => {
      await withConfigLine(loaded, () => checkedCatalogue(loaded, found, options));
      return [];
    });
    const real = found.filter(({ source }) => source !== 'simulated');
    const regions = checkRegions(loaded.config.routing.allow?.regions, regionsOf(loaded, found));
    const answers =
      real.length === 0
        ? [options.simulate ? simulatedOnly : noneFound]
        : await checkProviders([...real, ...ownKeys(loaded, real)], {
            transport,
            headersFor: credentialHeaders(options),
            readFailure,
          });
    const mixed = real.length > 0 && real.length < found.length;
    return [...answers, ...(mixed ? [restSimulated] : []), ...regions, ...names];
  });
}

const noneFound: Check = {
  name: 'providers',
  state: 'note',
  found: 'no key and no local server: answers are simulated',
};

const restSimulated: Check = {
  name: 'simulated',
  state: 'note',
  found:
    'no key and no configuration: all other models are simulated, and auto may choose one; auto:local asks a local model, and --no-simulate leaves the simulated ones out',
};

const simulatedOnly: Check = {
  name: 'providers',
  state: 'note',
  found: '--simulate: answers are simulated, and no provider was checked',
};

function providersRemedy(error: unknown): string {
  if (!(error instanceof ConclaveError) || error.code !== 'configuration')
    return 'add a provider to the config or a key to the environment';
  return error.details.configPath === undefined
    ? 'correct the value where it is set, or remove it'
    : configRemedy(error);
}

function findAll(
  options: AppOptions,
  loaded: LoadedConfig,
  transport: Transport,
): Promise<readonly FoundProvider[]> {
  const localModels = modelDetails((url, asked) => probeLocalServer(transport, url, asked));
  // Simulated models are not asked anything, so they need not run.
  const simulator = async () => 'http://127.0.0.1';
  return withConfigLine(loaded, () => findProviders(options, loaded, { localModels, simulator }));
}

function regionsOf({ config }: LoadedConfig, found: readonly FoundProvider[]): ProviderRegion[] {
  const providers = found.map(({ provider, region, aws }) => {
    const known = region ?? aws?.region;
    return { name: provider.id, local: provider.local, ...(known !== undefined && { region: known }) };
  });
  const deployments = config.deployments.flatMap(({ region }, at) =>
    region === undefined ? [] : { name: `deployments.${at}`, local: false, region },
  );
  return [...providers, ...deployments];
}

/** Returns the deployments with their own key, as further providers to check. */
function ownKeys({ config }: LoadedConfig, found: readonly FoundProvider[]): Reachable[] {
  return config.deployments.flatMap(({ apiKey, baseUrl, provider, model }, at) => {
    const id = provider ?? model.slice(0, Math.max(0, model.indexOf('/')));
    const owner = found.find((one) => one.provider.id === id);
    if (!owner || apiKey === undefined) return [];
    const detail = `deployments.${at}.apiKey`;
    const dialects = baseUrl ? atOwnAddress(owner.provider, baseUrl) : owner.provider.dialects;
    return {
      name: `${id} (${detail})`,
      provider: { ...owner.provider, dialects },
      secret: new Secret(apiKey),
      detail,
      source: 'config',
    };
  });
}

/** In the dialect of most of the provider's calls. */
async function readFailure({ provider }: Reachable, reply: IncomingReply): Promise<ErrorCode> {
  const id = provider.dialects[0]?.dialect;
  const { status, headers } = reply;
  const body = await readErrorBody(reply);
  const dialect = dialects.find((one) => one.id === id);
  return dialect?.readError({ status, headers, body, provider: provider.id }).code ?? codeOfStatus(status);
}

function credentialHeaders({ env }: AppOptions) {
  const authorize = authorizer(env);
  return ({ provider, secret, detail }: Reachable, url: string) => {
    const auth = provider.dialects[0]?.auth;
    return authorize(
      { url, headers: { ...provider.headers }, body: '', ...(auth && { auth }) },
      { provider, ...(secret && { credential: { secret, label: detail } }) },
    );
  };
}

import { Secret } from '../../core/credential.ts';
import type { DialectEndpoint, Provider } from '../../core/provider.ts';
import type { FoundProvider, ReplacedProvider } from './found-provider.ts';

/** Returns these providers at the simulator, with their real models and prices. */
export async function simulatedProviders(
  described: readonly ReplacedProvider[],
  simulator: () => Promise<string>,
): Promise<FoundProvider[]> {
  const url = await simulator();
  return described.map(({ provider, ...region }) => ({
    ...region,
    provider: {
      ...provider,
      dialects: provider.dialects.map((endpoint) => simulatedEndpoint(provider, endpoint, url)),
    },
    secret: new Secret('simulated'),
    source: 'simulated',
    detail: url,
  }));
}

/**
 * Moves an endpoint to the simulator, which serves every provider below its own path, with the ending that the dialect
 * expects.
 */
function simulatedEndpoint({ id }: Provider, endpoint: DialectEndpoint, url: string): DialectEndpoint {
  const { dialect } = endpoint;
  const ending = dialect.startsWith('openai') ? '/v1' : dialect === 'google-generate' ? '/v1beta' : '';
  return { ...endpoint, baseUrl: `${url}/${id}${ending}` };
}

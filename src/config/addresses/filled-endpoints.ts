import { fillBaseUrl } from './fill-base-url.ts';
import type { DialectEndpoint, Provider } from '../../core/provider.ts';
import { variableValue, type Environment } from '../../core/system/environment.ts';

/** Returns the addresses whose variables all have values. */
export function filledEndpoints(provider: Provider, values: Environment): readonly DialectEndpoint[] {
  return provider.dialects.flatMap((endpoint) => {
    const filled = fillBaseUrl(endpoint.baseUrl, withRegion(values));
    return filled.ok ? [{ ...endpoint, baseUrl: filled.url }] : [];
  });
}

/** Adds AWS's region under the name that addresses use, from either of its two variables. */
export function withRegion(values: Environment): Environment & { readonly AWS_REGION: string | undefined } {
  const region = variableValue(values, 'AWS_REGION') ?? variableValue(values, 'AWS_DEFAULT_REGION');
  return { ...values, AWS_REGION: region };
}

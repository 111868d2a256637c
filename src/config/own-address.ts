import type { DialectEndpoint } from '../core/provider.ts';

/**
 * A provider's endpoints at an address of the user's own: those of the dialect that its ending (`/v1`, none) speaks
 * for, else of the first. What stands there may not know OpenAI's newest format, so that one is spoken only to clients
 * that speak it themselves.
 */
export function atOwnAddress(endpoints: readonly DialectEndpoint[], address: string): DialectEndpoint[] {
  const baseUrl = address.replace(/\/+$/, '');
  const meant = endpoints.find((endpoint) => endsAlike(endpoint.baseUrl, baseUrl)) ?? endpoints[0];
  return endpoints
    .filter((endpoint) => endpoint.baseUrl === meant?.baseUrl)
    .map((endpoint) => ({ ...endpoint, baseUrl }))
    .toSorted((a, b) => Number(isNewest(a)) - Number(isNewest(b)));
}

function endsAlike(one: string, other: string): boolean {
  return versionOf(one) === versionOf(other);
}

/** The version in the path and all that follows it: `/v1`, `/v1beta/openai`, nothing. */
function versionOf(url: string): string {
  return /\/v\d+[a-z]*(?:\/.*)?$/.exec(url)?.[0] ?? '';
}

function isNewest({ dialect }: DialectEndpoint): boolean {
  return dialect === 'openai-responses';
}

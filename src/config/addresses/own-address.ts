import type { DialectEndpoint, Provider } from '../../core/provider.ts';
import { bareUrl } from './bare-url.ts';

/**
 * Moves a provider's endpoints to the user's own address: those of the dialect that its ending (`/v1`, none) indicates,
 * else of the first. The server there may not support OpenAI's newest format, so that one comes last, for clients that
 * use it themselves and for requests that OpenAI accepts in no other; unless it is one of the provider's own hosts.
 */
export function atOwnAddress(
  { dialects: endpoints, ownHosts = [] }: Pick<Provider, 'dialects' | 'ownHosts'>,
  address: string,
): DialectEndpoint[] {
  const baseUrl = bareUrl(address);
  const meant = endpoints.find((endpoint) => endsAlike(endpoint.baseUrl, baseUrl)) ?? endpoints[0];
  const moved = endpoints
    .filter((endpoint) => endpoint.baseUrl === meant?.baseUrl)
    .map((endpoint) => ({ ...endpoint, baseUrl }));
  if (isAt(ownHosts, baseUrl)) return moved;
  return moved.toSorted((a, b) => Number(isNewest(a)) - Number(isNewest(b)));
}

function isAt(hosts: readonly string[], url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}

function endsAlike(one: string, other: string): boolean {
  return versionOf(one) === versionOf(other);
}

/** Returns the version in the path and everything after it: `/v1`, `/v1beta/openai`, or nothing. */
function versionOf(url: string): string {
  return /\/v\d+[a-z]*(?:\/.*)?$/.exec(url)?.[0] ?? '';
}

function isNewest({ dialect }: DialectEndpoint): boolean {
  return dialect === 'openai-responses';
}

import type { DialectEndpoint } from '../core/provider.ts';

/**
 * Moves a provider's endpoints to the user's own address: those of the dialect that its ending (`/v1`, none) indicates,
 * else of the first. The server there may not support OpenAI's newest format, so that one comes last, for clients that
 * use it themselves and for requests that OpenAI accepts in no other; unless it is an address of OpenAI or Azure.
 */
export function atOwnAddress(endpoints: readonly DialectEndpoint[], address: string): DialectEndpoint[] {
  const baseUrl = address.replace(/\/+$/, '');
  const meant = endpoints.find((endpoint) => endsAlike(endpoint.baseUrl, baseUrl)) ?? endpoints[0];
  const moved = endpoints
    .filter((endpoint) => endpoint.baseUrl === meant?.baseUrl)
    .map((endpoint) => ({ ...endpoint, baseUrl }));
  if (URL.canParse(baseUrl) && makersHosts.test(new URL(baseUrl).hostname)) return moved;
  return moved.toSorted((a, b) => Number(isNewest(a)) - Number(isNewest(b)));
}

/** Regions (`eu.api.openai.com`) and the user's own resources at OpenAI and Azure. */
const makersHosts = /(?:^|\.)(?:openai\.com|openai\.azure\.com|services\.ai\.azure\.com)$/;

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

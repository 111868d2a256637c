import type { DialectEndpoint } from '../core/provider.ts';

/**
 * A provider's endpoints at an address of the user's own: those of the dialect that its ending (`/v1`, none) speaks
 * for, else of the first. What stands there may not know OpenAI's newest format, so that one comes last, for clients that
 * speak it themselves and for what OpenAI takes in no other; unless it is an address of OpenAI's or Azure's.
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

/** Regions (`eu.api.openai.com`) and resources of one's own at OpenAI and Azure. */
const makersHosts = /(?:^|\.)(?:openai\.com|openai\.azure\.com|services\.ai\.azure\.com)$/;

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

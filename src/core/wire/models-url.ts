import type { Provider } from '../provider.ts';

/**
 * Returns the URL at which a provider lists its models for free. A version that both the base URL and the path contain
 * is not repeated.
 */
export function modelsUrl({ dialects, modelsPath }: Provider): string | undefined {
  const base = dialects[0]?.baseUrl;
  if (base === undefined || modelsPath === undefined) return undefined;
  const [version = ''] = /^\/v\d+[a-z]*(?=\/)/.exec(modelsPath) ?? [];
  return base.endsWith(version) ? base + modelsPath.slice(version.length) : base + modelsPath;
}

/** Returns the URL at which a provider describes its models best. */
export function listUrl(provider: Provider): string | undefined {
  return atHost(provider, provider.listPath) ?? modelsUrl(provider);
}

/** Returns the URL at which a provider reports the context size and capabilities of one model. */
export function showUrl(provider: Provider): string | undefined {
  return atHost(provider, provider.showPath);
}

function atHost({ dialects }: Provider, path: string | undefined): string | undefined {
  const base = dialects[0]?.baseUrl;
  return base === undefined || path === undefined ? undefined : base.replace(version, '') + path;
}

const version = /\/v\d+[a-z]*$/;

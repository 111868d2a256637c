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

/** Returns the URL at which a provider reports the context size and capabilities of one model. */
export function showUrl({ dialects, showPath }: Provider): string | undefined {
  const base = dialects[0]?.baseUrl;
  return base === undefined || showPath === undefined ? undefined : base.replace(version, '') + showPath;
}

const version = /\/v\d+[a-z]*$/;

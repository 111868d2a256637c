import type { Provider } from '../provider.ts';

/** Where a provider lists its models for free; a version that address and path both name is not said twice. */
export function modelsUrl({ dialects, modelsPath }: Provider): string | undefined {
  const base = dialects[0]?.baseUrl;
  if (base === undefined || modelsPath === undefined) return undefined;
  const [version = ''] = /^\/v\d+[a-z]*(?=\/)/.exec(modelsPath) ?? [];
  return base.endsWith(version) ? base + modelsPath.slice(version.length) : base + modelsPath;
}

/** Where a provider tells of one model what it holds and can do. */
export function showUrl({ dialects, showPath }: Provider): string | undefined {
  const base = dialects[0]?.baseUrl;
  return base === undefined || showPath === undefined ? undefined : base.replace(version, '') + showPath;
}

const version = /\/v\d+[a-z]*$/;

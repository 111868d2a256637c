import { matchesAny } from '../core/names/matches-pattern.ts';
import type { Check } from './check.ts';

/** A provider or deployment and where it runs; `region` is absent if not configured. */
export type ProviderRegion = { readonly name: string; readonly region?: string; readonly local: boolean };

/** Checks that something runs in an allowed region. Local models may always see the data. */
export function checkRegions(
  allowed: readonly string[] | undefined,
  providers: readonly ProviderRegion[],
): Check[] {
  if (allowed === undefined) return [];
  const name = 'routing.allow.regions';
  const inside = providers.filter(({ region }) => region !== undefined && matchesAny(region, allowed));
  if (inside.length > 0) return [{ name, state: 'ok', found: inside.map(regionText).join(', ') }];
  const outside = providers.filter(({ local }) => !local);
  if (outside.length === 0) return [];
  const others = providers.length > outside.length ? 'only local models are left' : 'every call is refused';
  return [
    {
      name,
      state: 'failed',
      found: `nothing runs in ${allowed.join(', ')} (${outside.map(regionText).join(', ')}): ${others}`,
      remedy: 'set where each runs (providers.<name>.region, deployments.<n>.region), or correct the list',
    },
  ];
}

function regionText({ name, region }: ProviderRegion): string {
  return `${name}: ${region ?? 'no region set'}`;
}

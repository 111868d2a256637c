import { expectedCost } from '../../money/expected-cost.ts';
import type { Candidate } from '../../deployment.ts';
import type { Stats } from './deployment-stats.ts';
import type { ProviderSort } from '../preferences/provider-preferences.ts';
import type { RequestFeatures } from '../request/request-features.ts';

/** What a caller sorts candidates by. Lower is better; unknown values come last. */
export type Merit = (candidate: Candidate) => number;

/** Returns the merit that `provider.sort` names. */
export function meritBy(
  sort: ProviderSort,
  { features, stats }: { readonly features: RequestFeatures; readonly stats: Stats },
): Merit {
  switch (sort) {
    case 'price':
      return ({ model }) => expectedCost(model, features) ?? Number.POSITIVE_INFINITY;
    case 'latency':
      return ({ deployment }) => stats.of(deployment).firstByteMs ?? Number.POSITIVE_INFINITY;
    case 'throughput':
      return ({ deployment }) => -(stats.of(deployment).tokensPerSecond ?? 0);
  }
}

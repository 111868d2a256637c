import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { Tier } from '../core/task.ts';

/** Returns the tier that the caller asked for, by name or by header. A tier that only a tool prefers is not demanded. */
export function demandedTier({ asked, work }: Pick<RequestFeatures, 'asked' | 'work'>): Tier | undefined {
  const isPreference = work.tool !== undefined && asked.model === 'auto';
  return isPreference ? undefined : asked.tier;
}

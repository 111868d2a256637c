import type { Bench } from '../../core/stores/bench.ts';
import type { DeploymentHealth } from './deployment-health.ts';
import type { Ms } from '../../core/units.ts';
import { sharedNews, type NewsOptions, type SharedNews } from './shared-news.ts';

/** A dead key that is tried again and again is told of once a minute, not with every try. */
const againMs: Ms = 60_000;

/** Long benches, told to the other processes on the same store and heard of from them: nobody finds a dead key again. */
export function sharedBenches(
  health: Pick<DeploymentHealth, 'hear'>,
  sharing: Pick<NewsOptions<Bench>, 'store' | 'now' | 'warn'>,
): SharedNews<Bench> {
  return sharedNews({
    ...sharing,
    keyOf: ({ account, deployment = '' }) => `${account} ${deployment}`,
    isNews,
    hear: health.hear,
  });
}

function isNews(before: Bench | undefined, said: Bench): boolean {
  if (!before || (before.benchedUntil === 0) !== (said.benchedUntil === 0)) return true;
  return said.benchedUntil - before.benchedUntil >= againMs;
}

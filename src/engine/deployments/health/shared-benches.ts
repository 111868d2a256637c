import type { Bench } from '../../../core/stores/bench.ts';
import type { Benches } from './benches.ts';
import type { Ms } from '../../../core/units.ts';
import { SharedUpdates, type SharedUpdatesOptions } from '../shared-updates.ts';

/** A refused key that is tried repeatedly is reported once a minute, not with every try. */
const againMs: Ms = 60_000;

/** Shares long benches with the other processes on the same store: no process has to rediscover a refused key. */
export function sharedBenches(
  benches: Pick<Benches, 'receive'>,
  sharing: Pick<SharedUpdatesOptions<Bench>, 'store' | 'now' | 'warn'>,
): SharedUpdates<Bench> {
  return new SharedUpdates({
    ...sharing,
    keyOf: ({ account, deployment = '' }) => `${account} ${deployment}`,
    isNews,
    receive: (bench) => benches.receive(bench),
  });
}

function isNews(before: Bench | undefined, bench: Bench): boolean {
  if (!before || (before.benchedUntil === 0) !== (bench.benchedUntil === 0)) return true;
  return bench.benchedUntil - before.benchedUntil >= againMs;
}

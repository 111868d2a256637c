import type { Bench } from '../../../core/stores/bench.ts';

/** A benched credential, by its label. */
export type DeadCredential = Omit<Bench, 'account' | 'deployment' | 'reportedAt'>;

/** Returns each credential once, with its latest bench: several processes, or several addresses, may refuse it. */
export function latestOfEach(dead: readonly DeadCredential[]): DeadCredential[] {
  const latest = new Map<string, DeadCredential>();
  for (const one of dead) {
    const name = `${one.provider} ${one.credential}`;
    if (one.benchedUntil > (latest.get(name)?.benchedUntil ?? 0)) latest.set(name, one);
  }
  return [...latest.values()];
}

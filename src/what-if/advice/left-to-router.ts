import { inSlices } from '../../core/streams/in-slices.ts';
import type { Advice } from '../../core/routing/what-if.ts';
import { differenceInterval, qualityDifference } from '../sample/interval.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import { times, type Scale } from '../sample/scale.ts';
import { asItWas } from '../decisions/as-it-was.ts';
import { decide } from '../decisions/decide-again.ts';
import type { Decided } from '../decisions/decided.ts';
import { featuresOf } from '../recorded/recorded-features.ts';
import type { World } from '../world/world.ts';

export type LeftToRouter = NonNullable<Advice['leftToRouter']>;

/**
 * Returns what calls that named their model would have cost under the configured policy; `undefined` if there are none.
 */
export async function leftToRouter(
  named: readonly PaidCall[],
  world: World,
  { calls, money, share }: Scale,
): Promise<LeftToRouter | undefined> {
  const decided: { row: PaidCall; before: Decided; after: Decided }[] = [];
  for await (const row of inSlices(named)) {
    const after = decide(row, world, {});
    if (after) decided.push({ row, before: asItWas(row, world), after });
  }
  const [first] = decided;
  if (!first) return undefined;
  const saved = differenceInterval(
    decided.map(({ before, after }) => before.nanoUsd - after.nanoUsd),
    decided.map(({ after }) => after.deviation ?? 0),
  );
  return {
    policy: world.policyFor(featuresOf(first.row, world, {})).name,
    calls: Math.round(decided.length * calls),
    nowNanoUsd: Math.round(decided.reduce((sum, { before }) => sum + before.nanoUsd, 0) * money),
    savedNanoUsd: times(saved, money),
    qualityDifference: qualityDifference(
      decided.map(({ before, after }) => ({ before: before.quality, after: after.quality })),
      share,
    ),
  };
}

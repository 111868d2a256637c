import type { GroupMeans } from '../../../src/learning/fitting/group-means.ts';

/**
 * Targets with most of their noise taken out: each row's own value keeps the share `own`, its group's mean supplies
 * the rest. One right or wrong answer says little; what its whole subject shows says more.
 */
export function softened(options: {
  readonly index: readonly number[];
  readonly groups: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly means: GroupMeans;
  readonly own: number;
}): Float64Array {
  const { index, groups, values, means, own } = options;
  const targets = new Float64Array(values.length);
  for (const row of index) {
    const mean = means.means[groups[row] ?? 0] ?? means.overall;
    targets[row] = mean + own * ((values[row] ?? 0) - mean);
  }
  return targets;
}

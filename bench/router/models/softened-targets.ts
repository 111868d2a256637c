import type { GroupMeans } from '../../../src/learning/fitting/group-means.ts';

/**
 * Reduces the noise of targets: each row's own value has the share `own`, its group's mean the rest. One right or wrong
 * answer is less informative than its whole subject.
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

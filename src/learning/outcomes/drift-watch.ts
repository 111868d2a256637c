/**
 * Notices that a model has become worse, or better, than it was: cumulative sums of surprise in both directions, and
 * a short memory of what it does lately. (E. S. Page, "Continuous inspection schemes", 1954.)
 */
export type DriftWatch = { worse: number; better: number; latest: number; seen: number };

/** Surprise that passes for chance, per outcome. */
const slack = 0.1;
/** How much surprise beyond that must gather before it counts as a change. */
const alarmAt = 6;
/** About how many outcomes `latest` looks back on. */
const shortMemory = 25;

export function newWatch(): DriftWatch {
  return { worse: 0, better: 0, latest: 0, seen: 0 };
}

/**
 * Takes a score less what was expected of it by then, and less what was expected at first. Returns true once when
 * the model has changed; `latest` is then how far it is from what was expected at first.
 */
export function watchDrift(
  watch: DriftWatch,
  { surprise, fromBase, weight }: { surprise: number; fromBase: number; weight: number },
): boolean {
  watch.seen = Math.min(shortMemory, watch.seen + weight);
  watch.latest += (weight * (fromBase - watch.latest)) / Math.max(1, watch.seen);
  watch.worse = Math.max(0, watch.worse + weight * (-surprise - slack));
  watch.better = Math.max(0, watch.better + weight * (surprise - slack));
  if (watch.worse < alarmAt && watch.better < alarmAt) return false;
  watch.worse = 0;
  watch.better = 0;
  return true;
}

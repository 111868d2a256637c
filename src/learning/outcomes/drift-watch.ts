/**
 * Detects that a model has become worse or better: cumulative sums of surprise in both directions, and a short memory
 * of its latest outcomes (E. S. Page, "Continuous inspection schemes", 1954).
 */
export type DriftWatch = { worse: number; better: number; latest: number; seen: number };

/** Surprise per outcome that is attributed to chance. */
const slack = 0.1;
/** How much surprise above that must accumulate before it counts as a change. */
const alarmAt = 6;
/** About how many outcomes `latest` covers. */
const shortMemory = 25;

export function newWatch(): DriftWatch {
  return { worse: 0, better: 0, latest: 0, seen: 0 };
}

/**
 * Records the difference of a score from what is expected now (`surprise`) and from what was expected initially
 * (`fromBase`). Returns true once if the model has changed; `latest` is then its distance from the initial expectation.
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

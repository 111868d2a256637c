import { addShare, type CellEvidence, noEvidence, type Share } from '../models/outcome-cell.ts';

/**
 * Detects that a model has become worse: the cumulative sum of its failures beyond the expected ones (E. S. Page,
 * "Continuous inspection schemes", 1954), with the weight of the outcomes since it was last zero, and these outcomes by
 * the name of their cell. A model that has become better needs no alarm: its new outcomes outweigh the old ones, and
 * taking a lucky run for a change would cost more than it gains.
 */
export type DriftWatch = { sum: number; weight: number; since: Record<string, Share> };

/** What was seen since a model has changed. */
export type DetectedChange = Pick<Readonly<DriftWatch>, 'weight' | 'since'>;

/** Surprise per outcome that is attributed to chance. */
const slack = 0.1;
/** How much surprise above that must accumulate before it counts as a change. */
const alarmAt = 6;

export function newWatch(): DriftWatch {
  return { sum: 0, weight: 0, since: {} };
}

type Watched = {
  /** The cells in which the outcome counts. */
  readonly names: readonly string[];
  /** How far the score is from what is expected now. */
  readonly surprise: number;
  /** The outcome as the cells count it. */
  readonly outcome: CellEvidence;
};

/** Records an outcome. If the model has become worse, returns what was seen since then, and begins again. */
export function watchDrift(
  watch: DriftWatch,
  { names, surprise, outcome }: Watched,
): DetectedChange | undefined {
  watch.sum += outcome.weight * (-surprise - slack);
  if (watch.sum <= 0) {
    Object.assign(watch, newWatch());
    return undefined;
  }
  watch.weight += outcome.weight;
  for (const name of names) addShare((watch.since[name] ??= { ...noEvidence }), outcome);
  if (watch.sum < alarmAt) return undefined;
  const { weight, since } = watch;
  Object.assign(watch, newWatch());
  return { weight, since };
}

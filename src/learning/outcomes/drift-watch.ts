import type { Ms } from '../../core/units.ts';
import { chanceOf, likely, logOddsOf } from '../models/log-odds.ts';
import {
  addShare,
  type CellEvidence,
  type Decay,
  fadeShare,
  keptAfter,
  noEvidence,
  type Share,
} from '../models/outcome-cell.ts';

/**
 * Detects that a model has become worse. The statistic is the log-likelihood ratio of its outcomes if its log-odds have
 * fallen by `fall` to those if they have not, summed since it was last zero (E. S. Page, "Continuous inspection schemes",
 * 1954). It is assumed that outcomes are independent given what was expected of them. As the ratio takes their variance
 * into account, a sound model is suspected about as rarely at hard work as at easy work: on average at most once in
 * exp(`alarmAt`) outcomes (G. Lorden, 1971), also for scores between 0 and 1, which vary less than verdicts.
 *
 * A suspicion is then tested on the outcomes that follow, with the same ratio (A. Wald, "Sequential tests", 1945), since
 * a run that was noticed because it was bad exaggerates.
 *
 * A model that has become better needs no alarm: its new outcomes outweigh the old ones, and taking a lucky run for a
 * change would cost more than it gains.
 */
export type DriftWatch = {
  /** The time of its latest outcome. */
  at: Ms;
  sum: number;
  /** The weight of the outcomes since the sum was last zero, and these outcomes by the name of their cell. */
  weight: number;
  since: Record<string, Share>;
  isSuspected: boolean;
};

/** What an outcome has shown about its model. */
export type DriftFinding =
  | ({ readonly kind: 'suspected' } & Pick<Readonly<DriftWatch>, 'weight' | 'since'>)
  | { readonly kind: 'confirmed' | 'refuted' };

export type AlarmSettings = {
  /** The fall of the log-odds that is looked for: from .8 to .47, or from .5 to .18. */
  readonly fall: number;
  /** The log-likelihood ratio at which a model is suspected. */
  readonly alarmAt: number;
  /** How far the log-likelihood ratio of the outcomes after it must go, either way, to confirm or refute the suspicion. */
  readonly decidedAt: number;
};

/** Chosen by `node bench/router/change-alarm.ts`. */
export const usualAlarm: AlarmSettings = { fall: 1.5, alarmAt: Math.log(100_000), decidedAt: Math.log(100) };

export function newWatch(at: Ms): DriftWatch {
  return { at, sum: 0, weight: 0, since: {}, isSuspected: false };
}

/** An outcome as a watch needs it. */
export type WatchedOutcome = {
  readonly at: Ms;
  /** The cells in which the outcome counts. */
  readonly names: readonly string[];
  readonly score: number;
  /** What is expected of the score if the model has not changed. */
  readonly usual: number;
  /** The outcome as the cells count it. */
  readonly outcome: CellEvidence;
};

/** Records an outcome. */
export function watchDrift(
  watch: DriftWatch,
  { at, names, score, usual, outcome }: WatchedOutcome,
  { decay, fall, alarmAt, decidedAt }: AlarmSettings & { readonly decay: Pick<Decay, 'halfLifeMs'> },
): DriftFinding | undefined {
  fadeWatch(watch, keptAfter(at - watch.at, decay));
  watch.at = Math.max(watch.at, at);
  watch.sum += outcome.weight * ratioOf(score, usual, fall);
  if (watch.isSuspected) {
    if (Math.abs(watch.sum) < decidedAt) return undefined;
    const kind = watch.sum > 0 ? 'confirmed' : 'refuted';
    Object.assign(watch, newWatch(watch.at));
    return { kind };
  }
  if (watch.sum <= 0) {
    Object.assign(watch, newWatch(watch.at));
    return undefined;
  }
  watch.weight += outcome.weight;
  for (const name of names) addShare((watch.since[name] ??= { ...noEvidence }), outcome);
  if (watch.sum < alarmAt) return undefined;
  const { weight, since } = watch;
  Object.assign(watch, { ...newWatch(watch.at), isSuspected: true });
  return { kind: 'suspected', weight, since };
}

/** Returns the log-likelihood ratio of a score if the log-odds of `usual` have fallen to that if they have not. */
function ratioOf(score: number, usual: number, fall: number): number {
  const chance = likely(usual);
  const fallen = chanceOf(logOddsOf(chance) - fall);
  return Math.log((1 - fallen) / (1 - chance)) - fall * score;
}

function fadeWatch(watch: DriftWatch, factor: number): void {
  if (factor === 1) return;
  watch.sum *= factor;
  watch.weight *= factor;
  for (const share of Object.values(watch.since)) fadeShare(share, factor);
}

import { projectTag } from '../../core/names/project-tag.ts';
import {
  isControlKind,
  isCountedControl,
  ownKind,
  type OutcomeKind,
} from '../../core/routing/quality/outcome-kinds.ts';
import type { RoutedOutcome } from '../../core/stores/router-store.ts';
import { priorCounts, tierPriorAt } from '../../core/routing/quality/success-prior.ts';
import { isTaskType } from '../../core/task.ts';
import { acceptanceCalibration, type AcceptanceCalibration } from '../acceptance/acceptance-calibration.ts';
import { guardArm, type GuardArm } from './guard-arm.ts';
import { OnlineLearner, type Start } from './online-learner.ts';
import { ratersFrom } from './raters.ts';
import { signOf } from './sign-of.ts';
import type { StoredState } from './stored-history.ts';

/** Everything that the router learns, saved and restored as a whole. */
export interface RouterState {
  readonly learner: OnlineLearner;
  readonly guard: GuardArm;
  readonly calibration: AcceptanceCalibration;
  /** Takes each outcome once, in the order in which they were first reported; `router-history.ts` ensures that. */
  learn(outcome: RoutedOutcome): void;
  snapshot(): StoredState;
}

/** Trust in each kind of outcome: feedback of a person in full, automatic signals by half or less. */
const trust: Readonly<Record<OutcomeKind, number>> = {
  feedback: 1,
  schema: 0.5,
  consensus: 0.5,
  cascade: 0.2,
  'asked-again': 0.25,
  drawn: 0.25,
  unrated: 1,
};
/** Trust in what a scorer says that is a plug-in. */
const scorerTrust = 0.5;

/** Starts from a snapshot's state, or empty. */
export function routerState(from: StoredState = {}): RouterState {
  const learner = new OnlineLearner(from.learner && { state: from.learner });
  const guard = guardArm(from.guard);
  const calibration = acceptanceCalibration(from.calibration);
  const raters = ratersFrom(from.raters);

  /**
   * An answer that a cascade accepted and nothing was compared with makes up for rejected ones; otherwise a model would
   * sink by being asked. It lifts no model above where it started: what the cascade concluded is no news to itself.
   */
  function makesUp(score: number, start: Start): number | undefined {
    if (score === 0 || score === 1) return score;
    const most = Math.min(score, start.base);
    return learner.estimate(start).mean < most ? most : undefined;
  }

  /**
   * A control makes up for complaints and lifts no model above where it started: that nobody complained is no praise.
   */
  function asControl(start: Start): number | undefined {
    return learner.estimate(start).mean < start.base ? 1 : undefined;
  }

  function evident(kind: OutcomeKind | undefined, score: number, start: Start): number | undefined {
    if (kind === 'cascade') return makesUp(score, start);
    if (isCountedControl(kind, score)) return asControl(start);
    return isControlKind(kind) ? undefined : score;
  }

  return {
    learner,
    guard,
    calibration,
    learn(outcome) {
      const { model, keyId, score, at, tags, task, experiment, weighed = [] } = outcome;
      const kind = ownKind(outcome.kind);
      const tag = projectTag(tags);
      const base = tierPriorAt(outcome.tier, isTaskType(task) ? task : undefined, outcome.difficulty);
      const signal = {
        model,
        keyId,
        at,
        weight: kind === undefined ? scorerTrust : trust[kind],
        counts: priorCounts(outcome.tier),
        ...(task !== undefined && { task }),
        ...(tag !== undefined && { tag }),
      };
      const logOdds = signOf(kind, score);
      const said = saidBy(kind, score);
      if (said) raters.record(keyId, said);
      const shown = evident(kind, score, { base, ...signal });
      if (logOdds !== undefined) learner.learnSign({ ...signal, logOdds });
      // What the words of this prompt predicted is no surprise; otherwise a model that gets the work it is good at
      // would seem good at everything.
      else if (shown !== undefined)
        learner.learn({
          ...signal,
          base,
          score: shown - (outcome.promptShift ?? 0),
          ...(said && raters.onlyComplains(keyId) && { isUnordered: true }),
        });
      // Automatic signals must not confirm our own choices.
      if (!said) return;
      if (experiment) guard.record(experiment.arm, { score, keyId });
      for (const { chance, agrees } of weighed) {
        // An answer that differs from a bad one may be right or wrong.
        if (!agrees && score < 0.5) continue;
        calibration.record({ chance, score: agrees ? score : 1 - score, keyId, at });
      }
    },
    snapshot: () => ({
      learner: learner.snapshot(),
      guard: guard.snapshot(),
      calibration: calibration.snapshot(),
      raters: raters.snapshot(),
    }),
  };
}

/** Returns what a key said by a rating, or by leaving an answer without one; `undefined` for what Conclave concluded. */
function saidBy(
  kind: OutcomeKind | undefined,
  score: number,
): 'praise' | 'complaint' | 'control' | undefined {
  if (isCountedControl(kind, score)) return 'control';
  if (kind !== 'feedback') return undefined;
  return score >= 0.5 ? 'praise' : 'complaint';
}

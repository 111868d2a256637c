import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import type { RoutedOutcome } from '../../core/stores/router-store.ts';
import { tierPrior } from '../../core/routing/success-prior.ts';
import {
  acceptanceCalibration,
  type AcceptanceCalibration,
  type CalibrationState,
} from '../acceptance/acceptance-calibration.ts';
import { believedScore } from './believed-score.ts';
import { guardArm, type GuardArm, type GuardState } from './guard-arm.ts';
import { likely, onlineLearner, type OnlineLearner } from './online-learner.ts';

/** Everything that the router learns, saved and restored as a whole. */
export interface RouterState {
  readonly learner: OnlineLearner;
  readonly guard: GuardArm;
  readonly calibration: AcceptanceCalibration;
  /** Takes each outcome once, in the order in which they were first reported; `router-history.ts` ensures that. */
  learn(outcome: RoutedOutcome): void;
  snapshot(): JsonValue;
}

/** Version of the layout that `snapshot` writes, here and in `router-history.ts`. Other layouts are not read. */
export const stateLayout = 3;

/** Trust in each signal: feedback of a person in full, automatic signals by half or less. */
const trust: Readonly<Record<string, number>> = {
  feedback: 1,
  schema: 0.5,
  consensus: 0.5,
  cascade: 0.2,
  'asked-again': 0.25,
  drawn: 0.25,
};
const otherTrust = 0.5;

/** Returns the project of a call if a tag names one, in lower case: `Project:Red` becomes `project:red`. */
export function projectTag(tags: readonly string[]): string | undefined {
  for (const tag of tags) {
    const written = tag.slice(0, 8);
    if (written === 'project:' || written.toLowerCase() === 'project:') return tag.toLowerCase();
  }
  return undefined;
}

/**
 * Starts from a snapshot's state, or empty.
 * @throws ConclaveError `configuration` for a state of another layout; the caller then starts empty.
 */
export function routerState(from?: { readonly layout: number; readonly state: JsonValue }): RouterState {
  if (from && from.layout !== stateLayout) {
    throw new ConclaveError(
      'configuration',
      `What the router learned has layout ${from.layout}, this Conclave reads ${stateLayout}.`,
    );
  }
  const state = from && isJsonObject(from.state) ? from.state : {};
  const learner = onlineLearner(state['learner'] === undefined ? {} : { state: state['learner'] });
  // Checking the layout suffices for these two: they are written below and nowhere else.
  const guard = guardArm(state['guard'] as GuardState | undefined);
  const calibration = acceptanceCalibration(state['calibration'] as CalibrationState | undefined);

  return {
    learner,
    guard,
    calibration,
    learn(outcome) {
      const { model, keyId, kind, score, at, tags, task, experiment, weighed = [] } = outcome;
      const tag = projectTag(tags);
      // What the words of this prompt predicted is no surprise; otherwise a model that gets the work it is good at
      // would seem good at everything.
      const base = likely(tierPrior(outcome.tier, outcome.difficulty) + (outcome.promptShift ?? 0));
      learner.learn({
        model,
        keyId,
        score: believedScore(kind, score, base),
        at,
        base,
        weight: trust[kind] ?? otherTrust,
        ...(task !== undefined && { task }),
        ...(tag !== undefined && { tag }),
      });
      // Automatic signals must not confirm our own choices.
      if (kind !== 'feedback') return;
      if (experiment) guard.record(experiment.arm, { score, keyId });
      for (const { chance, agrees } of weighed) {
        // An answer that differs from a bad one may be right or wrong.
        if (!agrees && score < 0.5) continue;
        calibration.record({ chance, score: agrees ? score : 1 - score, keyId, at });
      }
    },
    // A JSON value by construction: numbers, strings and lists of them.
    snapshot: () =>
      ({
        learner: learner.snapshot(),
        guard: guard.snapshot(),
        calibration: calibration.snapshot(),
      }) as unknown as JsonValue,
  };
}

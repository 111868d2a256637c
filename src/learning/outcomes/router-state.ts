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

/** Everything that the router learns, kept and restored as one. */
export interface RouterState {
  readonly learner: OnlineLearner;
  readonly guard: GuardArm;
  readonly calibration: AcceptanceCalibration;
  /** Each word once, in the order in which they were said: `router-history.ts` sees to it. */
  learn(outcome: RoutedOutcome): void;
  snapshot(): JsonValue;
}

/** Of what `snapshot` writes, here and in `router-history.ts`. Another layout is never guessed at. */
export const stateLayout = 3;

/** How far a signal is trusted: a person's word in full, what we conclude ourselves by half or less. */
const trust: Readonly<Record<string, number>> = {
  feedback: 1,
  schema: 0.5,
  consensus: 0.5,
  cascade: 0.2,
  'asked-again': 0.25,
  drawn: 0.25,
};
const otherTrust = 0.5;

/** The project that a call belongs to, where a tag says so, in small letters: `Project:Red` is `project:red`. */
export function projectTag(tags: readonly string[]): string | undefined {
  for (const tag of tags) {
    const written = tag.slice(0, 8);
    if (written === 'project:' || written.toLowerCase() === 'project:') return tag.toLowerCase();
  }
  return undefined;
}

/**
 * Starts from a snapshot's state, or from nothing.
 * @throws ConclaveError `configuration` for a state of another layout; a caller then goes on from nothing.
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
  // The layout vouches for these two: they are written below and nowhere else.
  const guard = guardArm(state['guard'] as GuardState | undefined);
  const calibration = acceptanceCalibration(state['calibration'] as CalibrationState | undefined);

  return {
    learner,
    guard,
    calibration,
    learn(outcome) {
      const { model, keyId, kind, score, at, tags, task, experiment, weighed = [] } = outcome;
      const tag = projectTag(tags);
      // What words had promised of this prompt is no surprise: else a model that is asked what it is good at seems good at everything.
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
      // What we conclude ourselves must not confirm our own choices.
      if (kind !== 'feedback') return;
      if (experiment) guard.record(experiment.arm, { score, keyId });
      for (const { chance, agrees } of weighed) {
        // Of what differs from a bad answer nothing is known.
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

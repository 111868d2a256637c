import { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import { readStored } from '../../core/json/read-stored.ts';
import { storedExperiment } from '../../core/routing/decision/stored-decision.ts';
import type { RoutedOutcome, RouterSnapshot } from '../../core/stores/router-store.ts';
import { tiers } from '../../core/task.ts';
import type { Ms } from '../../core/units.ts';
import type { CalibrationState } from '../acceptance/acceptance-calibration.ts';
import type { RatersState } from './raters.ts';
import type { GuardState } from './guard-arm.ts';
import { type LearnedState, stateVersion } from './online-learner.ts';

/** Everything that the router learns, as stored; an absent part is empty. */
export type StoredState = {
  readonly learner?: LearnedState;
  readonly guard?: GuardState;
  readonly calibration?: CalibrationState;
  readonly raters?: RatersState;
};

/** A place in the order in which outcomes were first reported. */
export type OutcomePosition = { readonly at: Ms; readonly name: string };

/** The outcomes that were first reported after `after` (absent: from the beginning) and until `until`, inclusive. */
export type OutcomeRange = { readonly after?: OutcomePosition; readonly until: OutcomePosition };

/** A history as stored. What trainings found has formats of its own, and is read separately. */
export type StoredHistory = {
  readonly settled?: StoredState;
  /** What was learned of simulated models, apart from the real ones. */
  readonly settledSimulated?: StoredState;
  readonly outcomes?: readonly RoutedOutcome[];
  readonly closed?: OutcomePosition;
  /** What rollbacks have forgotten. */
  readonly forgotten?: readonly OutcomeRange[];
  readonly residual?: unknown;
  readonly worths?: unknown;
};

/** What a history is read from. */
export type SnapshotState = Pick<RouterSnapshot, 'version' | 'layout' | 'state'>;

/** The version of this layout. Other layouts are not read. */
export const stateLayout = 5;

const evidence = [z.number(), z.number(), z.number()] as const;

const share = z.tuple([z.string(), ...evidence, z.tuple(evidence).optional()]);

const cells = z.array(z.tuple([z.string(), z.number(), z.array(share)]));

const watch = z.object({
  at: z.number(),
  sum: z.number(),
  weight: z.number(),
  since: z.record(z.string(), z.object({ surprise: z.number(), expected: z.number(), weight: z.number() })),
  isSuspected: z.boolean(),
});

const learner: z.ZodType<LearnedState> = z.object({
  version: z.literal(stateVersion),
  cells,
  signs: cells,
  watches: z.array(z.tuple([z.string(), watch])),
});

const keyShare = z.tuple([z.string(), z.number(), z.number()]);

const arm = z.array(z.tuple([z.string(), z.object({ weight: z.number(), sum: z.number() })]));

const settled: z.ZodType<StoredState> = z.object({
  learner: learner.exactOptional(),
  guard: z.object({ learned: arm, guard: arm }).exactOptional(),
  raters: z.array(z.tuple([z.string(), z.number(), z.number(), z.number()])).exactOptional(),
  calibration: z
    .object({
      bounds: z.array(z.number()),
      parts: z.array(z.object({ lastAt: z.number(), shares: z.array(keyShare) })),
    })
    .exactOptional(),
});

const outcome: z.ZodType<RoutedOutcome> = z.object({
  id: z.string(),
  callId: z.string(),
  at: z.number(),
  firstAt: z.number().exactOptional(),
  kind: z.string(),
  score: z.number(),
  source: z.string(),
  keyId: z.string(),
  model: z.string(),
  tier: z.enum(tiers).exactOptional(),
  task: z.string().exactOptional(),
  difficulty: z.number().exactOptional(),
  tags: z.array(z.string()),
  promptShift: z.number().exactOptional(),
  simulated: z.boolean().exactOptional(),
  experiment: storedExperiment.exactOptional(),
  weighed: z.array(z.object({ chance: z.number(), agrees: z.boolean() })).exactOptional(),
});

const position = z.object({ at: z.number(), name: z.string() });

const history: z.ZodType<StoredHistory> = z.object({
  settled: settled.exactOptional(),
  settledSimulated: settled.exactOptional(),
  outcomes: z.array(outcome).exactOptional(),
  closed: position.exactOptional(),
  forgotten: z.array(z.object({ after: position.exactOptional(), until: position })).exactOptional(),
  residual: z.unknown().exactOptional(),
  worths: z.unknown().exactOptional(),
});

/**
 * Reads the state of a snapshot.
 * @throws ConclaveError `configuration` if it is of another layout, or damaged.
 */
export function readStoredHistory({ version, layout, state }: SnapshotState): StoredHistory {
  const named = `Snapshot ${version} of the router`;
  if (layout !== stateLayout)
    throw new ConclaveError(
      'configuration',
      `${named} has layout ${layout}, this Conclave reads ${stateLayout}.`,
    );
  const read = readStored(history, state);
  if (read.ok) return read.value;
  throw new ConclaveError('configuration', `${named} is damaged (${read.why}).`);
}

import type { OutcomeSignal } from './ledger.ts';
import type { Experiment } from '../routing/plan/plan.ts';
import type { Tier } from '../task.ts';
import type { Ms, Tokens } from '../units.ts';

/** An outcome with the parts of its call that the router learns from. */
export type RoutedOutcome = OutcomeSignal & {
  /** A new id if the same source changes what it reported about the same call. */
  readonly id: string;
  /** When its source first reported on the call. Default: `at`, the time of this report. */
  readonly firstAt?: Ms;
  readonly keyId: string;
  readonly model: string;
  readonly tier?: Tier;
  readonly task?: string;
  readonly difficulty?: number;
  readonly tags: readonly string[];
  /** The stored features of its prompt, if requested. */
  readonly features?: Uint8Array;
  /** How far the words of its prompt had shifted the chance expected of the model. */
  readonly promptShift?: number;
  /** Whether a simulated or replayed model answered. Default false. */
  readonly simulated?: boolean;
  /** The arm of the experiment that decided the call, if any. */
  readonly experiment?: Experiment;
  /**
   * A cascade's judgement of answers: P(right) from the signals, before calibration by outcomes, and whether the answer
   * agrees with the one given in the end.
   */
  readonly weighed?: readonly { readonly chance: number; readonly agrees: boolean }[];
};

/** A call with the stored features of its prompt, how it was routed, and its outcomes. */
export type RoutedCall = {
  readonly id: string;
  readonly model?: string;
  readonly keyId: string;
  readonly tier?: Tier;
  /** Named by the caller, or a guess. */
  readonly task?: string;
  readonly difficulty?: number;
  readonly features: Uint8Array;
  /** Tokens of the whole prompt and of the whole answer. */
  readonly tokens: { readonly input: Tokens; readonly output: Tokens };
  /** In the provider's own words. */
  readonly finishReason?: string;
  /** What the router learns from the decision; absent if the row has none that can be read. */
  readonly decision?: {
    readonly policy?: string;
    readonly ranked?: readonly { readonly model: string }[];
    /** What the caller wished, by name. */
    readonly wishes?: { readonly task?: string; readonly [name: string]: unknown };
    readonly experiment?: Experiment;
  };
  readonly outcomes: readonly Pick<OutcomeSignal, 'kind' | 'score'>[];
};

/** The longest label of a snapshot, in characters. */
export const longestLabel = 100;

/** What was learned, at one moment. */
export type RouterSnapshot = {
  readonly version: number;
  /** The layout of the state: only the code that wrote a layout reads it. */
  readonly layout: number;
  readonly createdAt: Ms;
  readonly label: string;
  /** Outcomes up to this moment are included. */
  readonly readUpTo: Ms;
  readonly outcomes: number;
  readonly state: unknown;
};

/** What the router learned, shared by all processes on one database. */
export interface RouterStore {
  /** Outcomes written at `since` or later, and after `after` if given, oldest first. */
  outcomes(options: {
    readonly since: Ms;
    readonly after?: Pick<RoutedOutcome, 'at' | 'id'> | undefined;
    /** The layout of the prompt features to include; absent: none. */
    readonly features?: number | undefined;
    readonly limit: number;
  }): Promise<RoutedOutcome[]>;
  /**
   * Calls of `since` or later with prompt features in this layout, after the call `after`, oldest first; none that
   * simulated models answered.
   */
  calls(options: {
    readonly since: Ms;
    readonly features: number;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<RoutedCall[]>;
  /**
   * Returns false if another process has already taken that version. With `keepLatest`, earlier snapshots of its label
   * are dropped, all but that many and the pinned one; if they are many, some at each call.
   */
  addSnapshot(snapshot: RouterSnapshot, keepLatest?: number): Promise<boolean>;
  snapshots(): Promise<Omit<RouterSnapshot, 'state'>[]>;
  snapshot(version: number): Promise<RouterSnapshot | undefined>;
  /** The snapshot that all processes use for routing until it is unpinned. */
  pinned(): Promise<number | undefined>;
  pin(version: number | undefined): Promise<void>;
}

import type { OutcomeSignal } from './ledger.ts';
import type { Experiment } from '../routing/plan.ts';
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

/** A call with the stored features of its prompt, and what is known of its outcome. */
export type LabelledCall = {
  readonly id: string;
  readonly model?: string;
  readonly keyId: string;
  readonly tier?: Tier;
  /** Named by the caller, or a guess. */
  readonly task?: string;
  /** The task if the caller named it, so that guesses can be checked against it. */
  readonly namedTask?: string;
  readonly difficulty?: number;
  /**
   * How the router drew the model. Absent if anything else decided: the caller, a rule, a pin, a cascade or a fallback.
   * Callers name models by what they know of the work and no row records, so ratings of such calls compare no models.
   */
  readonly experiment?: Experiment;
  readonly features: Uint8Array;
  /** Tokens of the whole prompt and of the whole answer. */
  readonly tokens: { readonly input: Tokens; readonly output: Tokens };
  /** The answer was cut at a limit, so its length says nothing about how long the model's answers are. */
  readonly isCut?: true;
  /** 0 to 1: the mean of people's ratings, else of what was inferred; absent if nothing is known. */
  readonly score?: number;
  /** Whether the score comes from people's ratings. */
  readonly fromFeedback?: boolean;
  /** It stands for the answers that its key, which only complains, did not complain about. Nobody has rated it. */
  readonly isControl?: true;
};

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
  labelled(options: {
    readonly since: Ms;
    readonly features: number;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<LabelledCall[]>;
  /** Returns false if another process has already taken that version. */
  addSnapshot(snapshot: RouterSnapshot): Promise<boolean>;
  snapshots(): Promise<Omit<RouterSnapshot, 'state'>[]>;
  snapshot(version: number): Promise<RouterSnapshot | undefined>;
  /** The snapshot that all processes use for routing until it is unpinned. */
  pinned(): Promise<number | undefined>;
  pin(version: number | undefined): Promise<void>;
}

import type { JsonValue } from '../json/json.ts';
import type { OutcomeSignal } from './ledger.ts';
import type { Experiment } from '../routing/plan.ts';
import type { Tier } from '../task.ts';
import type { Ms, Tokens } from '../units.ts';

/** An outcome with what of its call the router learns from. */
export type RoutedOutcome = OutcomeSignal & {
  /** Another one where the same source says something else of the same call. */
  readonly id: string;
  /** When its source first said anything of the call. Default: `at`, when it said this. */
  readonly firstAt?: Ms;
  readonly keyId: string;
  readonly model: string;
  readonly tier?: Tier;
  readonly task?: string;
  readonly difficulty?: number;
  readonly tags: readonly string[];
  /** What of its prompt was kept, where that was asked for. */
  readonly features?: Uint8Array;
  /** How far the words of its prompt had moved what was expected of the model. */
  readonly promptShift?: number;
  /** Which arm decided the call, where one did. */
  readonly experiment?: Experiment;
  /**
   * What a cascade made of answers: P(right) as the signals gave it, before outcomes set it right, and whether the answer
   * said what was given in the end.
   */
  readonly weighed?: readonly { readonly chance: number; readonly agrees: boolean }[];
};

/** A call with what of its prompt was kept, and what is known of how it went. */
export type LabelledCall = {
  readonly id: string;
  readonly model?: string;
  readonly keyId: string;
  readonly tier?: Tier;
  /** Named by the caller, or guessed. */
  readonly task?: string;
  /** The same where it was named, so that guesses can be held against it. */
  readonly namedTask?: string;
  readonly difficulty?: number;
  readonly features: Uint8Array;
  /** Of the whole prompt, and of all that was answered. */
  readonly tokens: { readonly input: Tokens; readonly output: Tokens };
  /** 0 to 1: the mean of what people said of it, else of what was concluded; absent where nothing is known. */
  readonly score?: number;
  /** Whether people said so. */
  readonly isSaid?: boolean;
};

/** What was learned, as it stood at one moment. */
export type RouterSnapshot = {
  readonly version: number;
  /** Of the state: only the code that wrote a layout reads it. */
  readonly layout: number;
  readonly createdAt: Ms;
  readonly label: string;
  /** Outcomes up to this moment are in it. */
  readonly readUpTo: Ms;
  readonly outcomes: number;
  readonly state: JsonValue;
};

/** What the router learned, shared by all processes on one database. */
export interface RouterStore {
  /** Outcomes written at `since` or later, and behind `after` where that is given, oldest first. */
  outcomes(options: {
    readonly since: Ms;
    readonly after?: Pick<RoutedOutcome, 'at' | 'id'> | undefined;
    /** The layout of prompts' features to bring along; absent: none. */
    readonly features?: number | undefined;
    readonly limit: number;
  }): Promise<RoutedOutcome[]>;
  /** Calls of `since` or later whose prompts were seen in this layout, behind the call `after`, oldest first. */
  labelled(options: {
    readonly since: Ms;
    readonly features: number;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<LabelledCall[]>;
  /** False where another process has taken that version already. */
  addSnapshot(snapshot: RouterSnapshot): Promise<boolean>;
  snapshots(): Promise<Omit<RouterSnapshot, 'state'>[]>;
  snapshot(version: number): Promise<RouterSnapshot | undefined>;
  /** The snapshot by which all processes route until further notice. */
  pinned(): Promise<number | undefined>;
  pin(version: number | undefined): Promise<void>;
}

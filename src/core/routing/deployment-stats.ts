import type { Candidate, Deployment } from '../provider.ts';
import type { Ms } from '../units.ts';

/** A moving average of what callers waited, and when it last moved. */
export type Wait = { readonly ms: Ms; readonly at: Ms };

/** For the first content of a stream, and for a whole answer, whose first byte is its end. */
export type Waits = { readonly stream?: Wait; readonly whole?: Wait };

/** What is known of a deployment from the calls so far. */
export type DeploymentStats = {
  readonly healthy: boolean;
  /** Calls under way, to the last byte of their answers. */
  readonly inFlight: number;
  /** Peak-sensitive moving average of the time to the first byte; absent before the first call. */
  readonly firstByteMs?: Ms | undefined;
  /** When that average last moved. */
  readonly firstByteAt?: Ms | undefined;
  /** What a caller's ceiling on latency is held against; absent before the first call. */
  readonly waits?: Waits | undefined;
  /** Moving average of the pace of whole answers; absent before the first. */
  readonly tokensPerSecond?: number | undefined;
  /** What is left of its tightest limit, 0 to 1; absent where none is known. */
  readonly headroom?: number | undefined;
};

export type Stats = {
  of(deployment: Deployment): DeploymentStats;
  /** Nobody at all is known to be ill: whoever looks at a hundred need not ask of each. Absent: ask. */
  readonly allHealthy?: boolean;
  /**
   * 0 at the places of candidates that nobody has ever asked, of whom there is nothing to say but that they are well.
   * Absent, or none for now: ask of each.
   */
  askedAmong?(candidates: readonly Candidate[]): Uint8Array | undefined;
};

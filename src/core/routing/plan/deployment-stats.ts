import type { Candidate, Deployment } from '../../deployment.ts';
import type { Ms } from '../../units.ts';

/** A moving average of callers' waiting times, and when it last changed. */
export type Wait = { readonly ms: Ms; readonly at: Ms };

/** Until the first content of a stream, and until a whole answer, whose first byte is its end. */
export type Waits = { readonly stream?: Wait; readonly whole?: Wait };

/** What the calls so far have shown about a deployment. */
export type DeploymentStats = {
  readonly healthy: boolean;
  /** Running calls, up to the last byte of their answers. */
  readonly inFlight: number;
  /** Peak-sensitive moving average of the time to the first byte; absent before the first call. */
  readonly firstByteMs?: Ms | undefined;
  /** When that average last changed. */
  readonly firstByteAt?: Ms | undefined;
  /** What a caller's latency ceiling is compared with; absent before the first call. */
  readonly waits?: Waits | undefined;
  /** Moving average of the speed of whole answers; absent before the first. */
  readonly tokensPerSecond?: number | undefined;
  /** The remaining share of its tightest limit, 0 to 1; absent if none is known. */
  readonly headroom?: number | undefined;
};

export type Stats = {
  of(deployment: Deployment): DeploymentStats;
  /** All deployments are healthy, so a caller need not check each. Absent: check each. */
  readonly allHealthy?: boolean;
  /**
   * 0 at the indexes of candidates that were never asked: they count as healthy and idle. Absent, or `undefined` for
   * now: check each.
   */
  askedAmong?(candidates: readonly Candidate[]): Uint8Array | undefined;
};

import type { RoutingDecision } from './routing-decision.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Ms, NanoUsd, Tokens } from '../../units.ts';

/** What a call would do, without asking a provider: nothing is reserved, counted or written. */
export type Preview = {
  /** The candidates in the order in which they would be tried now, and all that were ruled out. */
  readonly decision: RoutingDecision;
  /** For every step of the plan (a cascade has several), its candidates in the order in which they would be tried. */
  readonly steps: readonly (readonly PreviewCandidate[])[];
  /** What the call would reserve: the cost of its most expensive route. */
  readonly reserved: NanoUsd;
  readonly inputTokens: Tokens;
  /** The usual length of such answers; the reservation covers the longest possible one. */
  readonly outputTokens: Tokens;
  readonly warnings: readonly string[];
  /** Set if a limit or a budget of its key would refuse the call now: why, and when to retry. */
  readonly refused?: { readonly code: ErrorCode; readonly message: string; readonly retryAfterMs?: Ms };
  /** The first candidate is simulated. */
  readonly simulated: boolean;
};

export type PreviewCandidate = {
  readonly model: string;
  readonly deployment: string;
  readonly provider: string;
  readonly healthy: boolean;
  /** It could be asked at once, as far as its limits are known. */
  readonly hasRoom: boolean;
  /** Absent: its price is unknown. */
  readonly estimate?: NanoUsd;
};

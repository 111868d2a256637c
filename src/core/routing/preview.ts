import type { Decision } from './decision.ts';
import type { ErrorCode } from '../errors.ts';
import type { Ms, NanoUsd, Tokens } from '../units.ts';

/** What a call would do, found out without asking anybody: nothing is reserved, counted or written. */
export type Preview = {
  /** Ranked in the order in which candidates would be tried now, and everybody that was ruled out. */
  readonly decision: Decision;
  /** For every step of the plan (a cascade has several) its candidates in the order of their tries. */
  readonly steps: readonly (readonly PreviewCandidate[])[];
  /** What the call would set aside: the dearest way that it can go. */
  readonly reserved: NanoUsd;
  readonly inputTokens: Tokens;
  /** As long as such answers usually are; what is reserved covers the longest that it may get. */
  readonly outputTokens: Tokens;
  readonly warnings: readonly string[];
  /** The call would be refused now, by a limit or a budget of its key: how, and when to try again. */
  readonly refused?: { readonly code: ErrorCode; readonly message: string; readonly retryAfterMs?: Ms };
  /** Who would answer first is simulated. */
  readonly simulated: boolean;
};

export type PreviewCandidate = {
  readonly model: string;
  readonly deployment: string;
  readonly provider: string;
  readonly healthy: boolean;
  /** It could be asked at once, as far as limits are known. */
  readonly hasRoom: boolean;
  /** Absent: its price is unknown. */
  readonly estimate?: NanoUsd;
};

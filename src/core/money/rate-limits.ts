import type { Ms } from '../units.ts';

/** The state of one limit, as reported by its provider. */
export type LimitStanding = {
  /** The limit of the whole window, if reported. */
  readonly limit?: number;
  readonly remaining: number;
  /** Until the window is full again; absent: not reported. */
  readonly resetsInMs?: Ms;
};

/** What a provider reported at one moment about one limit of an account. */
export type ReportedLimit = {
  /** The id of the deployment that was asked. */
  readonly deployment: string;
  readonly account: string;
  readonly kind: 'requests' | 'tokens';
  readonly limit?: number;
  readonly remaining: number;
  readonly resetsAt: Ms;
  readonly reportedAt: Ms;
};

/** The limits reported in a provider's reply. Absent: not reported. */
export type RateLimits = { readonly requests?: LimitStanding; readonly tokens?: LimitStanding };

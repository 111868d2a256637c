import type { Ms } from '../units.ts';

/** What a provider says of one of its limits. */
export type LimitStanding = {
  /** Of the whole window, where it says so. */
  readonly limit?: number;
  readonly remaining: number;
  /** Until the window is whole again; absent: it does not say. */
  readonly resetsInMs?: Ms;
};

/** What a provider said at one moment of one limit of an account. */
export type ReportedLimit = {
  /** The id of the deployment that was asked. */
  readonly deployment: string;
  readonly account: string;
  readonly kind: 'requests' | 'tokens';
  readonly limit?: number;
  readonly remaining: number;
  readonly resetsAt: Ms;
  readonly saidAt: Ms;
};

/** What a provider's reply says of what may still be asked of it. Absent: nothing. */
export type RateLimits = { readonly requests?: LimitStanding; readonly tokens?: LimitStanding };

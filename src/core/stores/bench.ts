import type { ErrorCode } from '../errors.ts';
import type { Ms } from '../units.ts';

/** An account at an address, or one deployment of it, that is tried last for a while; or the end of such a bench, after an answer. */
export type Bench = {
  /** The key from `accountAt`: contains no secret. */
  readonly account: string;
  /** Absent: every deployment of the account. */
  readonly deployment?: string;
  readonly provider: string;
  /** The name that users know the credential by: its variable or its place in the config. */
  readonly credential: string;
  readonly code: ErrorCode;
  /** In an end of a bench: when the call was sent that has been answered since. */
  readonly benchedAt: Ms;
  /** 0: the bench has ended, because the account has answered. */
  readonly benchedUntil: Ms;
  readonly reportedAt: Ms;
};

import type { ErrorCode } from '../errors.ts';
import type { Ms } from '../units.ts';

/** An account, or one deployment of it, that is asked last for a while; or that has answered since. */
export type Bench = {
  /** As `credentialKey` names it: no secret. */
  readonly account: string;
  /** Absent: every deployment of the account. */
  readonly deployment?: string;
  readonly provider: string;
  /** What people know the credential by: the variable or the place in the config. */
  readonly credential: string;
  readonly code: ErrorCode;
  /** Of an end: when the call was sent that has been answered since. */
  readonly benchedAt: Ms;
  /** 0: it has answered since. */
  readonly benchedUntil: Ms;
  readonly saidAt: Ms;
};

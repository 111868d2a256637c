import type { Reservation } from '../../core/call.ts';
import type { RoutingDecision } from '../../core/routing/decision/routing-decision.ts';
import type { PaidModel } from '../../core/stores/ledger.ts';
import type { NanoUsd } from '../../core/units.ts';

/** What a call reserves before it is made. */
export type Intent = {
  /** Where the call may go; absent: it was not decided. */
  readonly decision: RoutingDecision | undefined;
  readonly reserved: NanoUsd;
  /** The parent's reservation that pays, and how much of it is promised to this call. */
  readonly drawsOn?: { readonly reservation: Reservation; readonly amount: NanoUsd };
  readonly inputEstimate: NanoUsd;
  /** The model that would be asked first. */
  readonly first?: PaidModel | undefined;
  readonly simulated: boolean;
  readonly unknownPrice: boolean;
};

/** The intent of a call that was refused, or answered without being made. */
export const nothingReserved: Omit<Intent, 'decision'> = {
  reserved: 0n,
  inputEstimate: 0n,
  simulated: false,
  unknownPrice: false,
};

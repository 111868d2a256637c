import { minOf } from '../../../core/lists/extremes.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { Ms, Tokens } from '../../../core/units.ts';
import type { LimitShares } from './limit-shares.ts';
import type { LoadState } from './load-state.ts';
import { sharesLeft } from './reported-limits.ts';

/** Why there is no room, and for how long: `Infinity` for a call that by itself exceeds the limit. */
export type Full = {
  readonly limit: 'rpm' | 'tpm' | 'concurrency';
  readonly of: number;
  /** The limit was learned from refusals of the provider. Absent: it is configured. */
  readonly learned?: true;
  /** Absent: until a slot is released. */
  readonly waitMs?: Ms;
  /** Only this process's share is used up: `grow` may get more of the limit from other processes. */
  readonly mayGrow?: true;
};

const minuteMs: Ms = 60_000;

/**
 * How much room the limits of a deployment leave in this process. `deployment`: as it is configured now; `state`: absent
 * if nothing is in use there.
 */
export class Capacity {
  readonly #shares: LimitShares;
  readonly #now: () => Ms;

  constructor(shares: LimitShares, now: () => Ms) {
    this.#shares = shares;
    this.#now = now;
  }

  /** Whether its configured or learned limits leave no room for a call of about `tokens`. */
  full(deployment: Deployment, state: LoadState | undefined, tokens: Tokens): Full | undefined {
    const { rpm, tpm } = deployment.limits ?? {};
    // A call that by itself exceeds the limit would wait forever.
    if (tpm !== undefined && tokens > tpm) return { limit: 'tpm', of: tpm, waitMs: Infinity };
    const forRequest = rpm === undefined ? 0 : this.#requestWait(deployment, state);
    if (rpm !== undefined && forRequest > 0) {
      return { limit: 'rpm', of: rpm, waitMs: forRequest, ...this.#mayGrow(deployment, 'rpm') };
    }
    const forTokens = tpm === undefined ? 0 : (state?.tokens?.waitFor(tokens, tpm, this.#now()) ?? 0);
    if (tpm !== undefined && forTokens > 0) return { limit: 'tpm', of: tpm, waitMs: forTokens };
    return this.#fullOfCalls(deployment, state);
  }

  /** Allowed concurrent calls, by the config and by the provider's refusals. */
  slots(deployment: Deployment, state: LoadState | undefined): number {
    const share = this.#shares.share(deployment, 'concurrency') ?? Infinity;
    return Math.min(share, state?.learnedSlots ?? Infinity);
  }

  /** The remaining share of the tightest limit, 0 to 1; `undefined` if none is known. */
  headroom(deployment: Deployment, state: LoadState): number | undefined {
    const at = this.#now();
    const shares = sharesLeft(state.reported, at);
    const left = (used: number, of: number) => (of < 1 ? 0 : 1 - used / of);
    const rpm = this.#shares.share(deployment, 'rpm');
    const concurrency = this.#shares.share(deployment, 'concurrency');
    const { tpm } = deployment.limits ?? {};
    if (rpm !== undefined && state.requests) shares.push(left(state.requests.used(at), rpm));
    if (tpm !== undefined && state.tokens) shares.push(left(state.tokens.used(at), tpm));
    if (concurrency !== undefined) shares.push(left(state.inFlight, concurrency));
    return shares.length === 0 ? undefined : Math.max(0, minOf(shares));
  }

  #requestWait(deployment: Deployment, state: LoadState | undefined): Ms {
    const usable = this.#shares.usable(deployment, 'rpm') ?? Infinity;
    // Other processes have all of it, and it is free again after a minute at the latest.
    const waitMs = usable < 1 ? minuteMs : (state?.requests?.waitFor(1, usable, this.#now()) ?? 0);
    return waitMs === 0 ? 0 : Math.min(waitMs, this.#shares.freeInMs(deployment, 'rpm') ?? Infinity);
  }

  #fullOfCalls(deployment: Deployment, state: LoadState | undefined): Full | undefined {
    const inFlight = state?.inFlight ?? 0;
    const learned = state?.learnedSlots ?? Infinity;
    if (inFlight >= learned) return { limit: 'concurrency', of: learned, learned: true };
    const { concurrency } = deployment.limits ?? {};
    if (concurrency === undefined || inFlight < (this.#shares.usable(deployment, 'concurrency') ?? Infinity))
      return undefined;
    return { limit: 'concurrency', of: concurrency, ...this.#mayGrow(deployment, 'concurrency') };
  }

  #mayGrow(deployment: Deployment, limit: 'rpm' | 'concurrency'): Pick<Full, 'mayGrow'> {
    return this.#shares.mayGrow(deployment, limit) ? { mayGrow: true } : {};
  }
}

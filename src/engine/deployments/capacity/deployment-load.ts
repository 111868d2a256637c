import type { LimitExchange } from '../../../core/limit-exchange.ts';
import { BoundedStates } from '../../../core/memories/bounded-states.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { RateLimits, ReportedLimit } from '../../../core/money/rate-limits.ts';
import type { Ms, Tokens } from '../../../core/units.ts';
import { Capacity, type Full } from './capacity.ts';
import { currentDeployments, type CurrentDeployments } from '../current-deployments.ts';
import { LimitShares } from './limit-shares.ts';
import { LoadState, usualHoldMs } from './load-state.ts';
import { adoptShared, forgetReported, isSpent, keepShared, recordReported } from './reported-limits.ts';
import { HeldSlot, type Slot, type SlotOwner } from './slot.ts';
import { type GivenSlot, WaitingLine, type WaitingPlace, type WaitingTime } from './waiting-line.ts';

type LoadOptions = {
  readonly now: () => Ms;
  /** How several processes keep the configured limits together. Default: this is the only process. */
  readonly exchange?: LimitExchange | undefined;
  /** The deployments of the configuration. Default: every deployment that is asked. */
  readonly current?: CurrentDeployments;
};

/**
 * How full every deployment is, by its configured limits and those that its provider reports. The limits as they are
 * configured now count for every call, also for one that asks a deployment of an earlier configuration.
 */
export class DeploymentLoad {
  readonly #states = new BoundedStates<LoadState>({ mayForget: ({ isIdle }) => isIdle });
  readonly #now: () => Ms;
  readonly #current: CurrentDeployments;
  readonly #line: WaitingLine;
  readonly #shares: LimitShares;
  readonly #capacity: Capacity;
  readonly #slotOwner: SlotOwner;

  constructor({ now, exchange, current = currentDeployments() }: LoadOptions) {
    this.#now = now;
    this.#current = current;
    this.#line = new WaitingLine({
      full: (deployment, tokens) => this.full(deployment, tokens),
      take: (deployment, tokens) => this.take(deployment, tokens),
      pace: (deployment) => this.#answerPace(deployment),
      growSoon: (deployment, limit) => {
        if (limit !== 'tpm') this.#shares.growSoon(current.latest(deployment), limit);
      },
      now,
    });
    this.#shares = new LimitShares(exchange, {
      used: ({ deployment, kind }) => {
        const state = this.#states.get(deployment);
        return (kind === 'rpm' ? state?.requests?.used(now()) : state?.inFlight) ?? 0;
      },
      freeInMs: ({ deployment, kind }, held) => {
        const requests = kind === 'rpm' && held >= 1 ? this.#states.get(deployment)?.requests : undefined;
        return requests?.waitFor(1, held, now());
      },
      configured: ({ deployment, kind }) => current.withId(deployment)?.limits?.[kind],
      waitedFor: (id) => {
        const deployment = this.#line.waitedFor(id);
        return deployment && current.latest(deployment);
      },
      grown: (id) => this.#line.serve(id),
      now,
    });
    this.#capacity = new Capacity(this.#shares, now);
    this.#slotOwner = {
      now,
      isOutdated: (deployment) => current.isOutdated(deployment),
      slotsLost: (deployment) => this.#line.slotsLost(deployment),
      slotFreed: (deployment) => {
        this.#shares.freed(current.latest(deployment), 'concurrency');
        this.#line.serve(deployment.id);
      },
    };
  }

  /** Changes whenever the set of known deployments changes. */
  get membership(): number {
    return this.#states.membership;
  }

  /** What is in use at a deployment; `undefined` if it has never been asked. */
  of(
    deployment: Deployment,
  ): { readonly inFlight: number; readonly headroom: number | undefined } | undefined {
    const latest = this.#current.latest(deployment);
    const state = this.#known(latest);
    return state && { inFlight: state.inFlight, headroom: this.#capacity.headroom(latest, state) };
  }

  /** Whether its configured or learned limits leave no room for a call of about `tokens`. */
  full(deployment: Deployment, tokens: Tokens): Full | undefined {
    const latest = this.#current.latest(deployment);
    return this.#capacity.full(latest, this.#states.get(latest.id), tokens);
  }

  /** Whether, by its own report, the provider would refuse a call of this size now. That is advice, not a limit. */
  spent(deployment: Deployment, tokens: Tokens): boolean {
    const state = this.#known(this.#current.latest(deployment));
    return state !== undefined && isSpent(state.reported, tokens, this.#now());
  }

  take(deployment: Deployment, tokens: Tokens): Slot {
    return new HeldSlot(this.#slotOwner, this.#stateOf(deployment), { deployment, tokens });
  }

  /** Asks the other processes for unused permits of a limit that is used up here; resolves when they have answered. */
  async grow(deployment: Deployment, limit: Full['limit']): Promise<void> {
    if (limit !== 'tpm') await this.#shares.grow(this.#current.latest(deployment), limit);
  }

  /** A provider has reported limits in its reply. */
  learn(deployment: Deployment, limits: RateLimits): void {
    if ((!limits.requests && !limits.tokens) || this.#current.isOutdated(deployment)) return;
    recordReported(this.#stateOf(deployment).reported, limits, this.#now());
  }

  /** Adopts a reported limit from another process, unless this process has learned a later one. */
  receive(reported: ReportedLimit): void {
    keepShared(this.#stateById(reported.deployment).reported, reported);
  }

  /**
   * After a new configuration: forgets the limits of providers that were learned with another key or address, and lets
   * the waiting calls have the room that there is by the configured ones.
   */
  retain(): void {
    for (const state of this.#states.values()) {
      if (!state.deployment || !this.#current.isOutdated(state.deployment)) continue;
      forgetReported(state.reported);
      state.forgetLearned();
    }
    this.#shares.recheck(this.#line.ids);
    this.#line.limitsChanged();
  }

  /** Estimated wait of the next call in line at a full deployment. */
  turnInMs(deployment: Deployment, wait?: Pick<WaitingTime, 'goesFirst'>): Ms {
    return this.#line.turnInMs(deployment, wait);
  }

  /** Gives the room at a deployment to the calls in line. */
  serveLine({ id }: Deployment): void {
    this.#line.serve(id);
  }

  /**
   * Waits in line for the next slot at one of the places; `undefined` if none comes in time. Without places: waits until
   * then, or until the configured limits may have changed.
   */
  slotAt(places: readonly WaitingPlace[], time: WaitingTime): Promise<GivenSlot | undefined> {
    return this.#line.slotAt(places, time);
  }

  #answerPace(deployment: Deployment): { readonly slots: number; readonly holdMs: Ms } {
    const latest = this.#current.latest(deployment);
    const state = this.#states.get(latest.id);
    return { slots: this.#capacity.slots(latest, state), holdMs: state?.holdMs ?? usualHoldMs };
  }

  #known(deployment: Deployment): LoadState | undefined {
    const state = this.#states.get(deployment.id);
    if (state) adoptShared(state.reported, deployment);
    return state;
  }

  #stateOf(deployment: Deployment): LoadState {
    const state = this.#stateById(deployment.id);
    state.configure(this.#current.latest(deployment));
    return state;
  }

  #stateById(id: string): LoadState {
    return this.#states.get(id) ?? this.#states.add(id, new LoadState());
  }
}

import { MinuteWindow } from './minute-window.ts';
import type { LimitExchange } from '../../core/limit-exchange.ts';
import type { Deployment } from '../../core/provider.ts';
import type { RateLimits, ReportedLimit } from '../../core/money/rate-limits.ts';
import type { Ms, Tokens } from '../../core/units.ts';
import { currentDeployments, type CurrentDeployments } from './current-deployments.ts';
import { afterAnswer, afterRefusal, type LearnedConcurrency } from './learned-concurrency.ts';
import { LimitParts } from './limit-parts.ts';
import {
  forgetReported,
  keepShared,
  isSpent,
  recordReported,
  sharesLeft,
  adoptShared,
  consumeReported,
  type ReportedLimits,
} from './reported-limits.ts';
import { type GivenSlot, type Slot, type SlotWish, WaitingLine } from './waiting-line.ts';

/** Why there is no room, and for how long: `Infinity` for a call that by itself exceeds the limit. */
export type Full = {
  readonly limit: 'rpm' | 'tpm' | 'concurrency';
  readonly of: number;
  /** The limit was learned from refusals of the provider. Absent: it is configured. */
  readonly learned?: true;
  /** Absent: until a slot is released. */
  readonly waitMs?: Ms;
  /** Only this process's part is used up: `grow` may get more of it from other processes. */
  readonly mayGrow?: true;
};

/** How full every deployment is, by its configured limits and those that its provider reports. */
export interface DeploymentLoad {
  of(deployment: Deployment): { readonly inFlight: number; readonly headroom?: number };
  /** Changes whenever the set of known deployments changes. */
  readonly membership: number;
  /** Whether its configured or learned limits leave no room for a call of about `tokens`. */
  full(deployment: Deployment, tokens: Tokens): Full | undefined;
  /** Whether, by its own report, the provider would refuse a call of this size now. That is advice, not a limit. */
  spent(deployment: Deployment, tokens: Tokens): boolean;
  take(deployment: Deployment, tokens: Tokens): Slot;
  /** Asks the other processes for unused parts of a limit that is used up here; resolves when they have answered. */
  grow(deployment: Deployment, limit: Full['limit']): Promise<void>;
  /** The configuration may have changed limits that other processes keep, too. */
  recheckLimits(): void;
  learn(deployment: Deployment, limits: RateLimits): void;
  /** Adopts a reported limit from another process, unless this process has learned a later one. */
  hear(said: ReportedLimit): void;
  /** Estimated wait of the next call in line at a full deployment; `again`: of a call that had a slot before. */
  turnInMs(deployment: Deployment, again?: boolean): Ms;
  /** After a new configuration: forgets the limits of providers that were learned with another key or address. */
  retain(): void;
  /** Waits in line for the next slot at one of the deployments; `undefined` if none comes in time. */
  slotAt(deployments: readonly Deployment[], wish: SlotWish): Promise<GivenSlot | undefined>;
}

type State = {
  /** The deployment as it was last asked; absent: only other processes have asked it. */
  deployment: Deployment | undefined;
  inFlight: number;
  /** Answers so far. */
  answered: number;
  /** Moving average of how long an answer keeps its slot. */
  holdMs: Ms;
  requests?: MinuteWindow;
  tokens?: MinuteWindow;
  readonly reported: ReportedLimits;
  learnedConcurrency: LearnedConcurrency | undefined;
};

/** Typical duration of an answer, until one has been seen. */
const usualHoldMs: Ms = 1_000;
/** Weight of a new answer in the average. */
const decay = 0.1;
const minuteMs: Ms = 60_000;

/** Passed-through model names come from outside, so the number of entries is bounded. */
const maxStates = 10_000;

/** The load of a deployment that has never been asked. */
export const idle = { inFlight: 0 };

/**
 * `exchange`: how several processes keep the configured limits together; absent: this is the only one. `current`: the
 * deployments of the configuration; absent: every deployment that is asked.
 */
export function deploymentLoad(
  now: () => Ms,
  exchange?: LimitExchange,
  current: CurrentDeployments = currentDeployments(),
): DeploymentLoad {
  const states = new Map<string, State>();
  const line = new WaitingLine({
    isFull: (deployment, tokens) => full(deployment, tokens) !== undefined,
    take,
    pace(deployment) {
      const state = states.get(deployment.id);
      return { slots: slotsOf(deployment, state), holdMs: state?.holdMs ?? usualHoldMs };
    },
    now,
  });
  const parts = new LimitParts(exchange, {
    used({ deployment, kind }) {
      const state = states.get(deployment);
      return (kind === 'rpm' ? state?.requests?.used(now()) : state?.inFlight) ?? 0;
    },
    freeInMs({ deployment, kind }, held) {
      const requests = kind === 'rpm' && held >= 1 ? states.get(deployment)?.requests : undefined;
      return requests?.waitFor(1, held, now());
    },
    isWaitedFor: (deployment) => line.isWaitedFor(deployment),
    grown: (deployment) => line.slotFreed(deployment),
    now,
  });
  let membership = 0;

  function stateById(id: string): State {
    let state = states.get(id);
    if (!state) {
      if (states.size >= maxStates) forgetIdle(states);
      state = {
        deployment: undefined,
        inFlight: 0,
        answered: 0,
        holdMs: usualHoldMs,
        reported: { heard: undefined },
        learnedConcurrency: undefined,
      };
      states.set(id, state);
      membership += 1;
    }
    return state;
  }
  function stateOf(deployment: Deployment): State {
    const { id, limits } = deployment;
    const state = stateById(id);
    state.deployment = deployment;
    if (state.reported.heard) adoptShared(state.reported, deployment);
    if (limits?.rpm !== undefined) state.requests ??= new MinuteWindow();
    if (limits?.tpm !== undefined) state.tokens ??= new MinuteWindow();
    return state;
  }

  function full(deployment: Deployment, tokens: Tokens): Full | undefined {
    const { limits } = deployment;
    const state = states.get(deployment.id);
    const { rpm, tpm } = limits ?? {};
    // A call that by itself exceeds the limit would wait forever.
    if (tpm !== undefined && tokens > tpm) return { limit: 'tpm', of: tpm, waitMs: Infinity };
    const forRequest = rpm === undefined ? 0 : requestWait(deployment, state);
    if (rpm !== undefined && forRequest > 0) {
      return { limit: 'rpm', of: rpm, waitMs: forRequest, ...mayGrow(deployment, 'rpm') };
    }
    const forTokens = tpm === undefined ? 0 : (state?.tokens?.waitFor(tokens, tpm, now()) ?? 0);
    if (tpm !== undefined && forTokens > 0) return { limit: 'tpm', of: tpm, waitMs: forTokens };
    return fullOfCalls(deployment, state);
  }

  function requestWait(deployment: Deployment, state: State | undefined): Ms {
    const usable = parts.usable(deployment, 'rpm') ?? Infinity;
    // Other processes have all of it, and it is free again after a minute at the latest.
    const waitMs = usable < 1 ? minuteMs : (state?.requests?.waitFor(1, usable, now()) ?? 0);
    return waitMs === 0 ? 0 : Math.min(waitMs, parts.freeInMs(deployment, 'rpm') ?? Infinity);
  }

  function fullOfCalls(deployment: Deployment, state: State | undefined): Full | undefined {
    const inFlight = state?.inFlight ?? 0;
    const learned = learnedSlots(state);
    if (inFlight >= learned) return { limit: 'concurrency', of: learned, learned: true };
    const { concurrency } = deployment.limits ?? {};
    if (concurrency === undefined || inFlight < (parts.usable(deployment, 'concurrency') ?? Infinity))
      return undefined;
    return { limit: 'concurrency', of: concurrency, ...mayGrow(deployment, 'concurrency') };
  }

  function mayGrow(deployment: Deployment, limit: 'rpm' | 'concurrency'): Pick<Full, 'mayGrow'> {
    return parts.mayGrow(deployment, limit) ? { mayGrow: true } : {};
  }

  /** Allowed concurrent calls, by the config and by the provider's refusals. */
  function slotsOf(deployment: Deployment, state: State | undefined): number {
    return Math.min(parts.share(deployment, 'concurrency') ?? Infinity, learnedSlots(state));
  }

  function headroomOf(state: State, deployment: Deployment, at: Ms): number | undefined {
    const shares = sharesLeft(state.reported, at);
    const left = (used: number, most: number) => (most < 1 ? 0 : 1 - used / most);
    const rpm = parts.share(deployment, 'rpm');
    const concurrency = parts.share(deployment, 'concurrency');
    const { tpm } = deployment.limits ?? {};
    if (rpm !== undefined && state.requests) shares.push(left(state.requests.used(at), rpm));
    if (tpm !== undefined && state.tokens) shares.push(left(state.tokens.used(at), tpm));
    if (concurrency !== undefined) shares.push(left(state.inFlight, concurrency));
    return shares.length === 0 ? undefined : Math.max(0, Math.min(...shares));
  }

  function take(deployment: Deployment, tokens: Tokens): Slot {
    const state = stateOf(deployment);
    const takenAt = now();
    const answeredBefore = state.answered;
    state.inFlight += 1;
    state.requests?.add(1, takenAt);
    state.tokens?.add(tokens, takenAt);
    consumeReported(state.reported, tokens);
    let left = false;
    return {
      leave(used = tokens, end) {
        if (left) return;
        left = true;
        // An answer to a former key says nothing about what the provider accepts from the current one.
        const isOutdated = current.isOutdated(deployment);
        if (end === 'answered' && !isOutdated) {
          state.answered += 1;
          state.holdMs += decay * (now() - takenAt - state.holdMs);
          state.learnedConcurrency = afterAnswer(state.learnedConcurrency, state.inFlight, now());
        }
        state.inFlight -= 1;
        if (end === 'refused' && !isOutdated && !isSpent(state.reported, tokens, now())) {
          // On a busy machine, answers may be read before a refusal that arrived earlier.
          const others = state.inFlight + state.answered - answeredBefore;
          state.learnedConcurrency = afterRefusal(state.learnedConcurrency, others, now());
          line.slotsLost(deployment);
        }
        if (used !== tokens) state.tokens?.add(used - tokens, now());
        parts.freed(deployment, 'concurrency');
        line.slotFreed(deployment);
      },
    };
  }

  return {
    of(deployment) {
      const state = states.get(deployment.id);
      if (!state) return idle;
      if (state.reported.heard) adoptShared(state.reported, deployment);
      const headroom = headroomOf(state, deployment, now());
      return { inFlight: state.inFlight, ...(headroom !== undefined && { headroom }) };
    },
    get membership() {
      return membership;
    },
    full,
    spent(deployment, tokens) {
      const state = states.get(deployment.id);
      if (!state) return false;
      if (state.reported.heard) adoptShared(state.reported, deployment);
      return isSpent(state.reported, tokens, now());
    },
    take,
    grow: async (deployment, limit) => {
      if (limit !== 'tpm') await parts.grow(deployment, limit);
    },
    recheckLimits: () => parts.recheck(),
    learn(deployment, limits) {
      if ((!limits.requests && !limits.tokens) || current.isOutdated(deployment)) return;
      recordReported(stateOf(deployment).reported, limits, now());
    },
    hear(said) {
      keepShared(stateById(said.deployment).reported, said);
    },
    retain() {
      for (const state of states.values()) {
        if (!state.deployment || !current.isOutdated(state.deployment)) continue;
        forgetReported(state.reported);
        state.learnedConcurrency = undefined;
      }
    },
    turnInMs: (deployment, again) => line.turnInMs(deployment, again),
    slotAt: (deployments, wish) => line.slotAt(deployments, wish),
  };
}

/** Allowed concurrent calls by the provider's refusals. */
function learnedSlots(state: State | undefined): number {
  return Math.floor(state?.learnedConcurrency?.limit ?? Infinity);
}

/** Forgets idle deployments without limits of their own; at most, the provider's last report is lost. */
function forgetIdle(states: Map<string, State>): void {
  for (const [id, { inFlight, requests, tokens }] of states) {
    if (inFlight === 0 && !requests && !tokens) states.delete(id);
  }
}

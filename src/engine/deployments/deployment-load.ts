import { MinuteWindow } from './minute-window.ts';
import type { Deployment } from '../../core/provider.ts';
import type { RateLimits, ReportedLimit } from '../../core/money/rate-limits.ts';
import type { Ms, Tokens } from '../../core/units.ts';
import { afterAnswer, afterRefusal, type LearnedConcurrency } from './learned-concurrency.ts';
import {
  keepShared,
  isSpent,
  recordReported,
  sharesLeft,
  adoptShared,
  consumeReported,
  type ReportedLimits,
} from './reported-limits.ts';

/** A slot at a deployment, held from before it is asked until the end of its answer. */
export type Slot = {
  /** Releases the slot, once; `used` replaces the estimated tokens. `refused`: by a 429 of the provider. */
  leave(used?: Tokens, end?: 'answered' | 'refused'): void;
};

/** A slot that became free and was handed over. */
export type GivenSlot = { readonly deployment: Deployment; readonly slot: Slot };

/** Why there is no room, and for how long: `Infinity` for a call that by itself exceeds the limit. */
export type Full = {
  readonly limit: 'rpm' | 'tpm' | 'concurrency';
  readonly of: number;
  /** The limit was learned from refusals of the provider. Absent: it is configured. */
  readonly learned?: true;
  /** Absent: until a slot is released. */
  readonly waitMs?: Ms;
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
  learn(deployment: Deployment, limits: RateLimits): void;
  /** Adopts a reported limit from another process, unless this process has learned a later one. */
  hear(said: ReportedLimit): void;
  /**
   * Estimated wait of the next call in line for a slot at a full deployment; `again`: of a call that had a slot before.
   */
  turnInMs(deployment: Deployment, again?: boolean): Ms;
  /**
   * Waits for the next slot at one of the deployments, first come, first served, except that calls which had a slot and
   * were refused go first; `undefined` after `ms`, or as soon as a limit learned meanwhile leaves no chance of one by
   * then.
   */
  slotAt(
    deployments: readonly Deployment[],
    wish: {
      readonly tokens: Tokens;
      readonly ms: Ms;
      readonly signal: AbortSignal;
      readonly again?: boolean | undefined;
    },
  ): Promise<GivenSlot | undefined>;
}

type State = {
  inFlight: number;
  /** Calls in line for a slot here, and how many of them had one before. */
  waiting: number;
  waitingAgain: number;
  /** The highest number of slots that the waiting calls have assumed. */
  lineFor: number;
  /** Answers so far. */
  answered: number;
  /** Moving average of how long an answer keeps its slot. */
  holdMs: Ms;
  requests?: MinuteWindow;
  tokens?: MinuteWindow;
  readonly spoken: ReportedLimits;
  learnedConcurrency: LearnedConcurrency | undefined;
};

type Waiter = {
  readonly ids: ReadonlySet<string>;
  readonly tokens: Tokens;
  readonly until: Ms;
  readonly give: (given: GivenSlot | undefined) => void;
};

/** Typical duration of an answer, until one has been seen. */
const usualHoldMs: Ms = 1_000;
/** A smaller drop is just a failed try for one more slot. */
const muchFewer = 0.8;
/** Weight of a new answer in the average. */
const decay = 0.1;

/** Passed-through model names come from outside, so the number of entries is bounded. */
const mostStates = 10_000;

/** The load of a deployment that has never been asked. */
export const idle = { inFlight: 0 };

export function deploymentLoad(now: () => Ms): DeploymentLoad {
  const states = new Map<string, State>();
  const waiters = new Set<Waiter>();
  const waitersAgain = new Set<Waiter>();
  let membership = 0;

  function stateById(id: string): State {
    let state = states.get(id);
    if (!state) {
      if (states.size >= mostStates) forgetIdle(states);
      state = {
        inFlight: 0,
        waiting: 0,
        waitingAgain: 0,
        lineFor: 0,
        answered: 0,
        holdMs: usualHoldMs,
        spoken: { heard: undefined },
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
    if (state.spoken.heard) adoptShared(state.spoken, deployment);
    if (limits?.rpm !== undefined) state.requests ??= new MinuteWindow();
    if (limits?.tpm !== undefined) state.tokens ??= new MinuteWindow();
    return state;
  }
  /** The calls that wait for a slot at this deployment, in turn. */
  function* lineAt({ id }: Deployment): Generator<Waiter> {
    for (const line of [waitersAgain, waiters]) {
      for (const waiter of line) if (waiter.ids.has(id)) yield waiter;
    }
  }

  /** Gives the slot to the first call in line that fits: a new call never overtakes. */
  function handOver(deployment: Deployment): void {
    for (const waiter of lineAt(deployment)) {
      if (full(deployment, waiter.tokens)) return;
      waiter.give({ deployment, slot: take(deployment, waiter.tokens) });
    }
  }

  /** If the slot estimate drops sharply, rejects waiters that can no longer be served in time. */
  function sendAway(deployment: Deployment, state: State): void {
    state.lineFor = slotsOf(deployment, state);
    const turnMs = state.holdMs / Math.max(1, state.lineFor);
    let ahead = 0;
    for (const waiter of lineAt(deployment)) {
      ahead += 1;
      // Same rule as on joining the queue: half of the remaining time, since the estimate may be wrong.
      if (waiter.ids.size === 1 && turnMs * ahead > (waiter.until - now()) / 2) waiter.give(undefined);
    }
  }

  function full(deployment: Deployment, tokens: Tokens): Full | undefined {
    const { limits } = deployment;
    const state = states.get(deployment.id);
    const { rpm, tpm } = limits ?? {};
    // A call that by itself exceeds the limit would wait forever.
    if (tpm !== undefined && tokens > tpm) return { limit: 'tpm', of: tpm, waitMs: Infinity };
    if (!state) return undefined;
    const forRequest = rpm === undefined ? 0 : (state.requests?.waitFor(1, rpm, now()) ?? 0);
    if (rpm !== undefined && forRequest > 0) return { limit: 'rpm', of: rpm, waitMs: forRequest };
    const forTokens = tpm === undefined ? 0 : (state.tokens?.waitFor(tokens, tpm, now()) ?? 0);
    if (tpm !== undefined && forTokens > 0) return { limit: 'tpm', of: tpm, waitMs: forTokens };
    const slots = slotsOf(deployment, state);
    if (state.inFlight < slots) return undefined;
    return { limit: 'concurrency', of: slots, ...(slots !== limits?.concurrency && { learned: true }) };
  }

  function take(deployment: Deployment, tokens: Tokens): Slot {
    const state = stateOf(deployment);
    const takenAt = now();
    const answeredBefore = state.answered;
    state.inFlight += 1;
    state.requests?.add(1, takenAt);
    state.tokens?.add(tokens, takenAt);
    consumeReported(state.spoken, tokens);
    let left = false;
    return {
      leave(used = tokens, end) {
        if (left) return;
        left = true;
        if (end === 'answered') {
          state.answered += 1;
          state.holdMs += decay * (now() - takenAt - state.holdMs);
          state.learnedConcurrency = afterAnswer(state.learnedConcurrency, state.inFlight, now());
        }
        state.inFlight -= 1;
        if (end === 'refused' && !isSpent(state.spoken, tokens, now())) {
          // On a busy machine, answers may be read before a refusal that arrived earlier.
          const others = state.inFlight + state.answered - answeredBefore;
          state.learnedConcurrency = afterRefusal(state.learnedConcurrency, others, now());
          if (slotsOf(deployment, state) < state.lineFor * muchFewer) sendAway(deployment, state);
        }
        if (used !== tokens) state.tokens?.add(used - tokens, now());
        if (waiters.size + waitersAgain.size > 0) handOver(deployment);
      },
    };
  }

  return {
    of(deployment) {
      const state = states.get(deployment.id);
      if (!state) return idle;
      if (state.spoken.heard) adoptShared(state.spoken, deployment);
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
      if (state.spoken.heard) adoptShared(state.spoken, deployment);
      return isSpent(state.spoken, tokens, now());
    },
    take,
    learn(deployment, limits) {
      if (limits.requests || limits.tokens) recordReported(stateOf(deployment).spoken, limits, now());
    },
    hear(said) {
      keepShared(stateById(said.deployment).spoken, said);
    },
    turnInMs(deployment, again = false) {
      const state = stateOf(deployment);
      const slots = Math.max(1, slotsOf(deployment, state));
      return (state.holdMs * ((again ? state.waitingAgain : state.waiting) + 1)) / slots;
    },
    async slotAt(deployments, { tokens, ms, signal, again = false }) {
      const line = again ? waitersAgain : waiters;
      const { promise, resolve } = Promise.withResolvers<GivenSlot | undefined>();
      const giveUp = () => waiter.give(undefined);
      const timer = setTimeout(giveUp, ms);
      signal.addEventListener('abort', giveUp, { once: true });
      const states = deployments.map((deployment) => {
        const state = stateOf(deployment);
        state.lineFor = Math.max(state.lineFor, slotsOf(deployment, state));
        return state;
      });
      count(states, again, 1);
      const waiter: Waiter = {
        ids: new Set(deployments.map(({ id }) => id)),
        tokens,
        until: now() + ms,
        give(given) {
          line.delete(waiter);
          clearTimeout(timer);
          signal.removeEventListener('abort', giveUp);
          count(states, again, -1);
          resolve(given);
        },
      };
      line.add(waiter);
      return promise;
    },
  };
}

function count(states: readonly State[], again: boolean, by: 1 | -1): void {
  for (const state of states) {
    state.waiting += by;
    if (again) state.waitingAgain += by;
  }
}

/** Allowed concurrent calls, by the config and by the provider's refusals. */
function slotsOf({ limits }: Deployment, { learnedConcurrency }: State): number {
  return Math.min(limits?.concurrency ?? Infinity, Math.floor(learnedConcurrency?.limit ?? Infinity));
}

/** Forgets idle deployments without limits of their own; at most, the provider's last report is lost. */
function forgetIdle(states: Map<string, State>): void {
  for (const [id, { inFlight, requests, tokens }] of states) {
    if (inFlight === 0 && !requests && !tokens) states.delete(id);
  }
}

function headroomOf(state: State, { limits }: Deployment, at: Ms): number | undefined {
  const shares = sharesLeft(state.spoken, at);
  if (limits?.rpm !== undefined && state.requests) shares.push(1 - state.requests.used(at) / limits.rpm);
  if (limits?.tpm !== undefined && state.tokens) shares.push(1 - state.tokens.used(at) / limits.tpm);
  if (limits?.concurrency !== undefined) shares.push(1 - state.inFlight / limits.concurrency);
  return shares.length === 0 ? undefined : Math.max(0, Math.min(...shares));
}

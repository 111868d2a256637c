import { MinuteWindow } from '../core/minute-window.ts';
import type { Deployment } from '../core/provider.ts';
import type { LimitStanding, RateLimits } from '../core/rate-limits.ts';
import type { Ms, Tokens } from '../core/units.ts';

/** A place at a deployment, from before it is asked until the end of its answer. */
export type Place = {
  /** Gives it back, once; `used` replaces what was guessed of the tokens. */
  leave(used?: Tokens): void;
};

/** Why there is no room, and for how long: `Infinity` for a call that alone is above the limit. */
export type Full = {
  readonly limit: 'rpm' | 'tpm' | 'concurrency';
  readonly of: number;
  /** Absent: until somebody leaves. */
  readonly waitMs?: Ms;
};

/** How full every deployment is, against its configured limits and those that its provider speaks of. */
export interface DeploymentLoad {
  of(deployment: Deployment): { readonly inFlight: number; readonly headroom?: number };
  /** Whether its configured limits leave no room for a call of about `tokens`. */
  full(deployment: Deployment, tokens: Tokens): Full | undefined;
  /** The provider itself has said that a call of this size would now be refused. That is advice, not a limit. */
  spent(deployment: Deployment, tokens: Tokens): boolean;
  take(deployment: Deployment, tokens: Tokens): Place;
  learn(deployment: Deployment, limits: RateLimits): void;
  /** Resolves when a place at one of them has come free, or after `ms`; first come, first told. */
  freed(deployments: readonly Deployment[], ms: Ms, signal: AbortSignal): Promise<void>;
}

type Learnt = { remaining: number; readonly limit: number | undefined; readonly resetsAt: Ms };

type State = {
  inFlight: number;
  requests?: MinuteWindow;
  tokens?: MinuteWindow;
  learnt: { requests?: Learnt; tokens?: Learnt };
};

type Waiter = { readonly ids: ReadonlySet<string>; readonly wake: () => void };

/** Windows of a minute are what most providers mean where they do not say when a limit resets. */
const usualWindowMs = 60_000;
/** Model names that pass through come from outside: what is remembered of them stays bounded. */
const mostStates = 10_000;

export function deploymentLoad(now: () => Ms): DeploymentLoad {
  const states = new Map<string, State>();
  const waiters = new Set<Waiter>();

  function stateOf({ id, limits }: Deployment): State {
    let state = states.get(id);
    if (!state) {
      if (states.size >= mostStates) forgetIdle(states);
      states.set(id, (state = { inFlight: 0, learnt: {} }));
    }
    if (limits?.rpm !== undefined) state.requests ??= new MinuteWindow();
    if (limits?.tpm !== undefined) state.tokens ??= new MinuteWindow();
    return state;
  }
  function wakeFor(id: string): void {
    for (const waiter of waiters) {
      if (!waiter.ids.has(id)) continue;
      waiters.delete(waiter);
      waiter.wake();
      return;
    }
  }

  return {
    of(deployment) {
      const state = states.get(deployment.id);
      if (!state) return { inFlight: 0 };
      const headroom = headroomOf(state, deployment, now());
      return { inFlight: state.inFlight, ...(headroom !== undefined && { headroom }) };
    },
    full(deployment, tokens) {
      const { limits } = deployment;
      const state = limits && states.get(deployment.id);
      if (!limits) return undefined;
      const { rpm, tpm, concurrency } = limits;
      // A call above the limit by itself would wait for ever.
      if (tpm !== undefined && tokens > tpm) return { limit: 'tpm', of: tpm, waitMs: Infinity };
      if (!state) return undefined;
      const forRequest = rpm === undefined ? 0 : (state.requests?.waitFor(1, rpm, now()) ?? 0);
      if (rpm !== undefined && forRequest > 0) return { limit: 'rpm', of: rpm, waitMs: forRequest };
      const forTokens = tpm === undefined ? 0 : (state.tokens?.waitFor(tokens, tpm, now()) ?? 0);
      if (tpm !== undefined && forTokens > 0) return { limit: 'tpm', of: tpm, waitMs: forTokens };
      if (concurrency !== undefined && state.inFlight >= concurrency)
        return { limit: 'concurrency', of: concurrency };
      return undefined;
    },
    spent(deployment, tokens) {
      const learnt = states.get(deployment.id)?.learnt;
      if (!learnt) return false;
      return lacks(learnt.requests, 1, now()) || lacks(learnt.tokens, tokens, now());
    },
    take(deployment, tokens) {
      const state = stateOf(deployment);
      state.inFlight += 1;
      state.requests?.add(1, now());
      state.tokens?.add(tokens, now());
      if (state.learnt.requests) state.learnt.requests.remaining -= 1;
      if (state.learnt.tokens) state.learnt.tokens.remaining -= tokens;
      let left = false;
      return {
        leave(used = tokens) {
          if (left) return;
          left = true;
          state.inFlight -= 1;
          if (used !== tokens) state.tokens?.add(used - tokens, now());
          if (waiters.size > 0) wakeFor(deployment.id);
        },
      };
    },
    learn(deployment, { requests, tokens }) {
      if (!requests && !tokens) return;
      const { learnt } = stateOf(deployment);
      if (requests) learnt.requests = learntFrom(requests, now());
      if (tokens) learnt.tokens = learntFrom(tokens, now());
    },
    async freed(deployments, ms, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      const waiter: Waiter = { ids: new Set(deployments.map(({ id }) => id)), wake };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake, { once: true });
      waiters.add(waiter);
      await promise;
      clearTimeout(timer);
      waiters.delete(waiter);
      signal.removeEventListener('abort', wake);
    },
  };
}

function learntFrom({ limit, remaining, resetsInMs }: LimitStanding, at: Ms): Learnt {
  return { limit, remaining, resetsAt: at + (resetsInMs ?? usualWindowMs) };
}

function lacks(learnt: Learnt | undefined, wanted: number, at: Ms): boolean {
  return learnt !== undefined && at < learnt.resetsAt && learnt.remaining < wanted;
}

/** An idle one without limits of its own loses at most what its provider last said. */
function forgetIdle(states: Map<string, State>): void {
  for (const [id, { inFlight, requests, tokens }] of states) {
    if (inFlight === 0 && !requests && !tokens) states.delete(id);
  }
}

function headroomOf(state: State, { limits }: Deployment, at: Ms): number | undefined {
  const shares: number[] = [];
  if (limits?.rpm !== undefined && state.requests) shares.push(1 - state.requests.used(at) / limits.rpm);
  if (limits?.tpm !== undefined && state.tokens) shares.push(1 - state.tokens.used(at) / limits.tpm);
  if (limits?.concurrency !== undefined) shares.push(1 - state.inFlight / limits.concurrency);
  for (const learnt of [state.learnt.requests, state.learnt.tokens]) {
    if (!learnt || at >= learnt.resetsAt) continue;
    if (learnt.limit !== undefined && learnt.limit > 0) shares.push(learnt.remaining / learnt.limit);
    else if (learnt.remaining <= 0) shares.push(0);
  }
  return shares.length === 0 ? undefined : Math.max(0, Math.min(...shares));
}

import type { ConclaveError } from '../core/errors.ts';
import type { DeploymentStats, Stats } from '../core/plan.ts';
import type { Ms } from '../core/units.ts';

/** What each deployment has shown lately. Benches and breakers only reorder; nothing here forbids a try. */
export interface DeploymentHealth extends Stats {
  started(deploymentId: string): void;
  succeeded(deploymentId: string, firstByteMs: Ms): void;
  failed(deploymentId: string, error: ConclaveError): void;
  /** Ends an attempt that says nothing about the deployment: the caller hung up or sent nonsense. */
  released(deploymentId: string): void;
  /** Every deployment that has been used, for pages and metrics. */
  entries(): IterableIterator<
    [string, DeploymentStats & { readonly benchedUntil: Ms; readonly lastError?: string }]
  >;
}

type State = {
  inFlight: number;
  consecutiveFailures: number;
  benchedUntil: Ms;
  firstByteMs: Ms | undefined;
  lastError: string | undefined;
};

/** Consecutive failures that open the breaker, and how long it stays open before one call may try again. */
const breaker = { failures: 5, openMs: 15_000 };
/** A dead key or an empty account does not heal by itself; a forbidden model may be granted. */
const benchMs = { credential: 300_000, forbidden: 60_000, rateLimited: 5_000 };
/** Weight of a new, lower latency; a higher one counts at once (peak-sensitive). */
const decay = 0.2;

export function deploymentHealth(now: () => Ms): DeploymentHealth {
  const states = new Map<string, State>();

  function stateOf(id: string): State {
    let state = states.get(id);
    if (!state) {
      state = {
        inFlight: 0,
        consecutiveFailures: 0,
        benchedUntil: 0,
        firstByteMs: undefined,
        lastError: undefined,
      };
      states.set(id, state);
    }
    return state;
  }
  const statsOf = (state: State): DeploymentStats => ({
    healthy: state.benchedUntil <= now(),
    inFlight: state.inFlight,
    ...(state.firstByteMs === undefined ? {} : { firstByteMs: state.firstByteMs }),
  });

  return {
    of(id) {
      const state = states.get(id);
      return state ? statsOf(state) : { healthy: true, inFlight: 0 };
    },
    started(id) {
      stateOf(id).inFlight += 1;
    },
    succeeded(id, firstByteMs) {
      const state = stateOf(id);
      state.inFlight -= 1;
      state.consecutiveFailures = 0;
      state.benchedUntil = 0;
      state.lastError = undefined;
      const known = state.firstByteMs;
      state.firstByteMs =
        known === undefined || firstByteMs > known ? firstByteMs : known + decay * (firstByteMs - known);
    },
    failed(id, error) {
      const state = stateOf(id);
      state.inFlight -= 1;
      state.consecutiveFailures += 1;
      state.lastError = error.code;
      const bench = benchFor(error, state.consecutiveFailures);
      if (bench > 0) state.benchedUntil = Math.max(state.benchedUntil, now() + bench);
    },
    released(id) {
      stateOf(id).inFlight -= 1;
    },
    *entries() {
      for (const [id, state] of states) {
        yield [
          id,
          {
            ...statsOf(state),
            benchedUntil: state.benchedUntil,
            ...(state.lastError === undefined ? {} : { lastError: state.lastError }),
          },
        ];
      }
    },
  };
}

function benchFor(error: ConclaveError, consecutiveFailures: number): Ms {
  switch (error.code) {
    case 'provider_auth':
    case 'provider_quota':
      return benchMs.credential;
    case 'provider_forbidden':
      return benchMs.forbidden;
    case 'provider_rate_limited':
      return error.details.retryAfterMs ?? benchMs.rateLimited;
    default:
      return consecutiveFailures >= breaker.failures ? breaker.openMs : 0;
  }
}

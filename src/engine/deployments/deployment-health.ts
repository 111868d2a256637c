import type { Bench } from '../../core/stores/bench.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { DeploymentStats } from '../../core/routing/deployment-stats.ts';
import type { Deployment } from '../../core/provider.ts';
import type { Ms, Tokens } from '../../core/units.ts';
import { benches, benchOf } from './benches.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { credentialKey } from '../../core/credential-key.ts';
import { currentDeployments, type CurrentDeployments } from './current-deployments.ts';
import { hasMoved } from './has-moved.ts';
import { isKeyStillRefused } from './is-key-still-refused.ts';
import { DeploymentPace } from './deployment-pace.ts';
import { refusalOf } from './refusal.ts';

/** What each deployment has shown recently. Benches and breakers only reorder candidates; they never forbid a try. */
export interface DeploymentHealth {
  of(deployment: Deployment): Omit<DeploymentStats, 'inFlight' | 'headroom'>;
  /**
   * Every bench and every breaker has expired: no deployment is known to be unhealthy. `false` means that one may be.
   */
  readonly allHealthy: boolean;
  /** Changes whenever the set of known deployments changes. */
  readonly membership: number;
  /** Whether calls should go elsewhere at the moment. */
  isBenched(deployment: Deployment): boolean;
  /**
   * A call is about to be sent: after a breaker's rest it is the probe, and others go elsewhere until it is answered.
   */
  asking(deployment: Deployment): void;
  /** Ends benches from before the call was sent. Returns what other processes should know: the end of a long bench. */
  succeeded(deployment: Deployment, answer: BegunAnswer): Bench | undefined;
  /** A call that was sent at `sentAt` ended in a way that says nothing about the deployment. */
  undecided(deployment: Deployment, sentAt: Ms): void;
  /** A call was given up after `ms` without a first byte. */
  waitedInVain(deployment: Deployment, ms: Ms, stream: boolean): void;
  /** A call that was sent at `sentAt` failed. Returns what other processes should know: a bench of more than a minute. */
  failed(deployment: Deployment, error: ConclaveError, sentAt: Ms): Bench | undefined;
  /** Adopts a bench, or its end, that another process has found. */
  hear(bench: Bench): void;
  /** After a new configuration: forgets the deployments that it has not, or with another key or address. */
  retain(): void;
  /** A whole answer of `tokens` took `ms` from its first byte to its last. */
  paced(deployment: Deployment, tokens: Tokens, ms: Ms): void;
  /** Every deployment that has been used, for pages and metrics. */
  entries(): IterableIterator<[string, DeploymentReport]>;
  /** The deployments that have been used. */
  used(): Deployment[];
  /** Configured credentials that a provider refuses or that have no money left. */
  deadCredentials(): DeadCredential[];
}

export type DeploymentReport = Omit<DeploymentStats, 'inFlight' | 'headroom' | 'waits'> & {
  readonly benchedUntil: Ms;
  readonly lastError?: string;
};

/** An answer whose first content has arrived. */
export type BegunAnswer = {
  readonly sentAt: Ms;
  readonly firstByteMs: Ms;
  /** `false`: an unstreamed answer, whose first byte comes when it is complete. */
  readonly stream: boolean;
};

/** A benched credential, by its label. */
export type DeadCredential = Omit<Bench, 'account' | 'deployment' | 'saidAt'>;

type State = {
  /** The deployment as it is configured now, or was when it was last asked. */
  deployment: Deployment;
  readonly breaker: CircuitBreaker;
  /** When its provider last refused calls for a period; `benchedUntil` is the end of it. */
  refusedAt: Ms;
  benchedUntil: Ms;
  /** When the bench of its credential ends, if the provider refused it to this deployment; else 0. */
  keyRefusedUntil: Ms;
  readonly pace: DeploymentPace;
  lastError: string | undefined;
};

/** Longer benches are shared: otherwise other processes would find out only by failing. */
const longMs: Ms = 60_000;
/** The health of a deployment that has never been asked, if no credential is known to be refused. */
export const neverAsked = { healthy: true };
const unknownPace = new DeploymentPace();
/** Passed-through model names come from outside, so the number of entries is bounded. */
const maxStates = 10_000;

/** `current`: the deployments of the configuration; absent: every deployment that is asked. */
export function deploymentHealth(
  now: () => Ms,
  current: CurrentDeployments = currentDeployments(),
): DeploymentHealth {
  const states = new Map<string, State>();
  const long = benches();
  let membership = 0;
  /** When the last of all benches ends. */
  let lastBenchEnds: Ms = 0;

  function stateOf(deployment: Deployment): State {
    let state = states.get(deployment.id);
    if (state?.deployment === deployment) return state;
    // A call from before a change of the configuration: what it shows is not kept.
    if (current.isOutdated(deployment)) return newState(deployment);
    if (state) {
      state.deployment = deployment;
    } else {
      if (states.size >= maxStates) forgetOldest(states);
      state = newState(deployment);
      states.set(deployment.id, state);
      membership += 1;
    }
    return state;
  }
  function benchedUntil(deployment: Deployment, state: State | undefined): Ms {
    const own = state ? Math.max(state.benchedUntil, state.breaker.openUntil) : 0;
    return long.isEmpty() ? own : Math.max(own, long.until(deployment));
  }
  /** All benches have expired; forget them so that never-asked deployments take the fast path again. */
  function forgetBenches(): void {
    long.clear();
    membership += 1;
  }
  /** The same key may have been refused because it was sent to the wrong address. */
  function tryAtNewAddress(all: readonly State[]): void {
    if (all.length === 0 || long.isEmpty()) return;
    const accountOf = ({ deployment }: State) => credentialKey(deployment);
    const unmovedOf = Map.groupBy(states.values(), accountOf);
    for (const [account, moved] of Map.groupBy(all, accountOf)) {
      const unmoved = unmovedOf.get(account) ?? [];
      for (const { deployment } of moved) long.exempt(deployment, now());
      if (!isKeyStillRefused({ moved, unmoved }, now())) long.removeCredential(account);
    }
  }
  function of(deployment: Deployment): ReturnType<DeploymentHealth['of']> {
    const state = states.get(deployment.id);
    // Most of a hundred candidates have never been asked, and every call checks all of them.
    if (!state && long.isEmpty()) return neverAsked;
    const until = benchedUntil(deployment, state);
    const { firstByteMs, firstByteAt, waits, tokensPerSecond } = state ? state.pace : unknownPace;
    return {
      healthy: until === 0 || until <= now(),
      firstByteMs,
      firstByteAt,
      waits,
      tokensPerSecond,
    };
  }

  return {
    of,
    get allHealthy() {
      if (lastBenchEnds > now()) return false;
      if (!long.isEmpty()) forgetBenches();
      return true;
    },
    get membership() {
      return membership;
    },
    isBenched(deployment) {
      // After the last bench has ended, no lookup is needed.
      if (lastBenchEnds <= now()) return false;
      return benchedUntil(deployment, states.get(deployment.id)) > now();
    },
    asking(deployment) {
      const breaker = states.get(deployment.id)?.breaker;
      if (!breaker || breaker.openUntil === 0) return;
      breaker.asking(now());
      lastBenchEnds = Math.max(lastBenchEnds, breaker.openUntil);
    },
    undecided(deployment, sentAt) {
      states.get(deployment.id)?.breaker.undecided(sentAt, now());
    },
    succeeded(deployment, { sentAt, firstByteMs, stream }) {
      const state = stateOf(deployment);
      state.breaker.succeeded(sentAt);
      if (sentAt > state.refusedAt) state.benchedUntil = 0;
      const lifted = long.isEmpty() ? undefined : long.lift(deployment, { sentAt, at: now() });
      if (benchedUntil(deployment, state) === 0) {
        state.lastError = undefined;
        state.keyRefusedUntil = 0;
      }
      state.pace.began(firstByteMs, { stream, at: now() });
      return lifted;
    },
    waitedInVain(deployment, ms, stream) {
      stateOf(deployment).pace.waited(Math.ceil(ms), { stream, at: now() });
    },
    failed(deployment, error, sentAt) {
      const at = now();
      const state = stateOf(deployment);
      state.lastError = error.code;
      const refusal = refusalOf(error);
      if (!refusal) {
        state.breaker.failed({ sentAt, at });
        lastBenchEnds = Math.max(lastBenchEnds, state.breaker.openUntil);
        return undefined;
      }
      const { forMs } = refusal;
      lastBenchEnds = Math.max(lastBenchEnds, at + forMs);
      const found = benchOf(deployment, { code: error.code, at, forMs });
      // A local server on this machine is not the one on another machine.
      const isLong = forMs > longMs && !deployment.provider.local;
      if (refusal.of === 'credential') {
        state.keyRefusedUntil = found.benchedUntil;
        long.add(found);
        return isLong ? found : undefined;
      }
      if (!isLong) {
        state.refusedAt = at;
        state.benchedUntil = Math.max(state.benchedUntil, found.benchedUntil);
        return undefined;
      }
      const own = { ...found, deployment: deployment.id };
      long.add(own);
      return own;
    },
    hear(bench) {
      if (bench.benchedUntil <= now()) return long.end(bench);
      lastBenchEnds = Math.max(lastBenchEnds, bench.benchedUntil);
      long.add(bench);
    },
    retain() {
      const moved: State[] = [];
      for (const [id, state] of states) {
        const configured = current.of(state.deployment);
        if (configured && !hasMoved(state.deployment, configured)) {
          state.deployment = configured;
          continue;
        }
        states.delete(id);
        membership += 1;
        const isSameKey = configured && credentialKey(configured) === credentialKey(state.deployment);
        if (isSameKey) moved.push(state);
      }
      tryAtNewAddress(moved);
    },
    paced(deployment, tokens, ms) {
      if (tokens > 0 && ms > 0) stateOf(deployment).pace.ended(tokens, ms);
    },
    *entries() {
      for (const [id, state] of states) {
        const { waits: _waits, ...shown } = of(state.deployment);
        yield [
          id,
          {
            ...shown,
            benchedUntil: benchedUntil(state.deployment, state),
            ...(state.lastError === undefined ? {} : { lastError: state.lastError }),
          },
        ];
      }
    },
    used: () => [...states.values()].map(({ deployment }) => deployment),
    deadCredentials: () =>
      long
        .credentials()
        .filter(({ benchedUntil, account }) => benchedUntil > now() && current.usesAccount(account))
        .map(({ provider, credential, code, benchedAt, benchedUntil }) => ({
          provider,
          credential,
          code,
          benchedAt,
          benchedUntil,
        })),
  };
}

function newState(deployment: Deployment): State {
  return {
    deployment,
    breaker: new CircuitBreaker(),
    refusedAt: 0,
    benchedUntil: 0,
    keyRefusedUntil: 0,
    pace: new DeploymentPace(),
    lastError: undefined,
  };
}

function forgetOldest(states: Map<string, State>): void {
  const oldest = states.keys().next();
  if (!oldest.done) states.delete(oldest.value);
}

import type { Bench } from '../../core/stores/bench.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { DeploymentStats, Waits } from '../../core/routing/deployment-stats.ts';
import type { Deployment } from '../../core/provider.ts';
import type { Ms, Tokens } from '../../core/units.ts';
import { benches, benchOf } from './benches.ts';
import { credentialKey } from '../../core/credential-key.ts';
import { withWait } from './recent-wait.ts';

/** What each deployment has shown lately. Benches and breakers only reorder; nothing here forbids a try. */
export interface DeploymentHealth {
  of(deployment: Deployment): Omit<DeploymentStats, 'inFlight' | 'headroom'>;
  /** Every bench and every breaker has run out: nobody is known to be ill. `false` means that somebody may be. */
  readonly allHealthy: boolean;
  /** Another number as soon as it is about other deployments than before. */
  readonly membership: number;
  /** Returns what other processes should hear of: the end of a long bench. `stream`: that of a stream, not of a whole answer. */
  succeeded(deployment: Deployment, firstByteMs: Ms, stream: boolean): Bench | undefined;
  /** A call that was given up after `ms` without a first byte. */
  waitedInVain(deployment: Deployment, ms: Ms, stream: boolean): void;
  /** Returns what other processes should hear of: a bench that outlasts a minute. */
  failed(deployment: Deployment, error: ConclaveError): Bench | undefined;
  /** A bench, or its end, that another process has found. */
  hear(bench: Bench): void;
  /** A whole answer of `tokens`, from its first byte to its last in `ms`. */
  paced(deployment: Deployment, tokens: Tokens, ms: Ms): void;
  /** Every deployment that has been used, for pages and metrics. */
  entries(): IterableIterator<[string, DeploymentReport]>;
  /** The same, with the deployments themselves. */
  used(): Deployment[];
  /** Credentials that a provider refuses or that have no money left. */
  deadCredentials(): DeadCredential[];
}

export type DeploymentReport = Omit<DeploymentStats, 'inFlight' | 'headroom' | 'waits'> & {
  readonly benchedUntil: Ms;
  readonly lastError?: string;
};

/** A credential on the bench, by the name that people know it by. */
export type DeadCredential = Omit<Bench, 'account' | 'deployment' | 'saidAt'>;

type State = {
  /** As the configuration has it that it was last asked by. */
  deployment: Deployment;
  consecutiveFailures: number;
  benchedUntil: Ms;
  firstByteMs: Ms | undefined;
  firstByteAt: Ms | undefined;
  waits: Waits | undefined;
  tokensPerSecond: number | undefined;
  lastError: string | undefined;
};

/** Consecutive failures that open the breaker, and how long it stays open before one call may try again. */
const breaker = { failures: 5, openMs: 15_000 };
/** A dead key or an empty account does not heal by itself; a forbidden model may be granted. */
const benchMs = { credential: 300_000, forbidden: 60_000, rateLimited: 5_000 };
/** Who is benched for longer is worth telling others: they would find out by failing. */
const longMs: Ms = 60_000;
/** The standing of a deployment that has never been asked, where no credential is known to be dead. */
export const neverAsked = { healthy: true };
/** Weight of a new, lower latency; a higher one counts at once (peak-sensitive). */
const decay = 0.2;
/** Model names that pass through come from outside: what is remembered of them stays bounded. */
const mostStates = 10_000;

export function deploymentHealth(now: () => Ms): DeploymentHealth {
  const states = new Map<string, State>();
  const long = benches();
  let membership = 0;
  /** When the last of all benches runs out. */
  let lastBenchEnds: Ms = 0;

  function stateOf(deployment: Deployment): State {
    let state = states.get(deployment.id);
    if (!state) {
      if (states.size >= mostStates) forgetOldest(states);
      state = {
        deployment,
        consecutiveFailures: 0,
        benchedUntil: 0,
        firstByteMs: undefined,
        firstByteAt: undefined,
        waits: undefined,
        tokensPerSecond: undefined,
        lastError: undefined,
      };
      states.set(deployment.id, state);
      membership += 1;
    } else if (state.deployment !== deployment) {
      const before = state.deployment;
      state.deployment = deployment;
      forgetUnused(credentialKey(before));
    }
    return state;
  }
  /** What was said of a credential that the configuration has replaced concerns nobody any more. */
  function forgetUnused(account: string): void {
    if (!long.hasCredential(account)) return;
    const isUsed = [...states.values()].some((state) => credentialKey(state.deployment) === account);
    if (!isUsed) long.remove({ account });
  }
  function noteWait(state: State, ms: Ms, stream: boolean): void {
    const kind = stream ? 'stream' : 'whole';
    state.waits = { ...state.waits, [kind]: withWait(state.waits?.[kind], { ms, at: now() }) };
  }
  function benchedUntil(deployment: Deployment, state: State | undefined): Ms {
    const own = state?.benchedUntil ?? 0;
    return long.isEmpty() ? own : Math.max(own, long.until(deployment));
  }
  /** They have all run out: most of a list are strangers again, who cost no look. */
  function forgetBenches(): void {
    long.clear();
    membership += 1;
  }
  function of(deployment: Deployment): ReturnType<DeploymentHealth['of']> {
    const state = states.get(deployment.id);
    // Most of a hundred candidates have never been asked, and every call looks at all of them.
    if (!state && long.isEmpty()) return neverAsked;
    const until = benchedUntil(deployment, state);
    return {
      healthy: until === 0 || until <= now(),
      firstByteMs: state?.firstByteMs,
      firstByteAt: state?.firstByteAt,
      waits: state?.waits,
      tokensPerSecond: state?.tokensPerSecond,
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
    succeeded(deployment, firstByteMs, stream) {
      const state = stateOf(deployment);
      state.consecutiveFailures = 0;
      state.benchedUntil = 0;
      state.lastError = undefined;
      const lifted = long.isEmpty() ? undefined : long.lift(deployment, now());
      const known = state.firstByteMs;
      state.firstByteMs =
        known === undefined || firstByteMs > known ? firstByteMs : known + decay * (firstByteMs - known);
      state.firstByteAt = now();
      noteWait(state, firstByteMs, stream);
      return lifted;
    },
    waitedInVain(deployment, ms, stream) {
      noteWait(stateOf(deployment), Math.ceil(ms), stream);
    },
    failed(deployment, error) {
      const state = stateOf(deployment);
      state.consecutiveFailures += 1;
      state.lastError = error.code;
      const bench = benchFor(error, state.consecutiveFailures);
      if (bench > 0) lastBenchEnds = Math.max(lastBenchEnds, now() + bench);
      const found = benchOf(deployment, { code: error.code, at: now(), forMs: bench });
      // A server of this machine is another one on the next.
      const isLong = bench > longMs && !deployment.provider.local;
      if (isDeadCredential(error)) {
        long.add(found);
        return isLong ? found : undefined;
      }
      if (!isLong) {
        if (bench > 0) state.benchedUntil = Math.max(state.benchedUntil, found.benchedUntil);
        return undefined;
      }
      const own = { ...found, deployment: deployment.id };
      long.add(own);
      return own;
    },
    hear(bench) {
      if (bench.benchedUntil <= now()) return long.remove(bench);
      lastBenchEnds = Math.max(lastBenchEnds, bench.benchedUntil);
      long.add(bench);
    },
    paced(deployment, tokens, ms) {
      if (tokens === 0 || ms <= 0) return;
      const state = stateOf(deployment);
      const pace = (tokens * 1000) / ms;
      const known = state.tokensPerSecond;
      state.tokensPerSecond = known === undefined ? pace : known + decay * (pace - known);
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
        .filter(({ benchedUntil }) => benchedUntil > now())
        .map(({ provider, credential, code, benchedAt, benchedUntil }) => ({
          provider,
          credential,
          code,
          benchedAt,
          benchedUntil,
        })),
  };
}

function isDeadCredential({ code }: ConclaveError): boolean {
  return code === 'provider_auth' || code === 'provider_quota';
}

function forgetOldest(states: Map<string, State>): void {
  const oldest = states.keys().next();
  if (!oldest.done) states.delete(oldest.value);
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

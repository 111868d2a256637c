import { byList } from '../core/memories/by-list.ts';
import { Deadlines } from '../core/streams/deadlines.ts';
import type { DeploymentStats, Stats } from '../core/routing/deployment-stats.ts';
import type { Candidate } from '../core/provider.ts';
import type { Store } from '../core/stores/stores.ts';
import type { Ms } from '../core/units.ts';
import type { KnownTasks } from './classify-by-model.ts';
import { answerLengths, type AnswerLengths } from './memory/answer-lengths.ts';
import { conversations, type Conversations } from './memory/conversations.ts';
import { deploymentHealth, neverAsked, type DeploymentHealth } from './deployments/deployment-health.ts';
import { deploymentLoad, idle, type DeploymentLoad } from './deployments/deployment-load.ts';
import { missingEndpoints, type MissingEndpoints } from './attempts/missing-endpoints.ts';
import { repeatedPrompts, type RepeatedPrompts } from './memory/repeated-prompts.ts';
import { retryBudget, type RetryBudget } from './attempts/retry-budget.ts';
import { origins, type Origins } from './memory/origins.ts';
import { sharedBenches } from './deployments/shared-benches.ts';
import { sharedLimits, type SharedLimits } from './deployments/shared-limits.ts';
import type { Bench } from '../core/stores/bench.ts';
import { warnedKeys, type WarnedKeys } from './memory/warned-keys.ts';
import { turnThoughts, type TurnThoughts } from './memory/turn-thoughts.ts';
import type { SharedUpdates } from './deployments/shared-updates.ts';
import { roundRobinCounter, type RoundRobinCounter } from './deployments/round-robin-counter.ts';

/** What an engine has learned. It outlives a call and, if passed on, a configuration. */
export type EngineMemory = {
  readonly health: DeploymentHealth;
  readonly load: DeploymentLoad;
  readonly limits: SharedLimits;
  readonly benches: SharedUpdates<Bench>;
  /** Health and load combined, for ranking. */
  readonly stats: Stats;
  readonly warnedKeys: WarnedKeys;
  readonly turns: RoundRobinCounter;
  readonly origins: Origins;
  readonly turnThoughts: TurnThoughts;
  readonly missing: MissingEndpoints;
  readonly retryBudget: RetryBudget;
  readonly conversations: Conversations;
  readonly answerLengths: AnswerLengths;
  readonly repeatedPrompts: RepeatedPrompts;
  readonly knownTasks: KnownTasks;
  /** When the calls in progress must be over. */
  readonly deadlines: Deadlines;
};

/** Where processes share what they learn about providers. */
export type MemorySharing = Pick<Store, 'limits' | 'benches'> & { readonly warn: (error: unknown) => void };

/** `sharing`: the store through which processes share what they learn about providers; absent: nothing is shared. */
export function engineMemory(now: () => Ms, sharing?: MemorySharing): EngineMemory {
  const health = deploymentHealth(now);
  const load = deploymentLoad(now);
  const stats: Stats = {
    // Called for every candidate of every call: naming the members is several times as fast as a spread.
    of(deployment) {
      const standing = health.of(deployment);
      const room = load.of(deployment);
      if (standing === neverAsked && room === idle) return untouched;
      const { healthy, firstByteMs, firstByteAt, waits, tokensPerSecond } = standing;
      const { inFlight, headroom } = room;
      return { healthy, inFlight, firstByteMs, firstByteAt, waits, tokensPerSecond, headroom };
    },
    get allHealthy() {
      return health.allHealthy;
    },
    askedAmong: askedAmong(health, load),
  };
  return {
    health,
    load,
    limits: sharing
      ? sharedLimits(load, { store: sharing.limits, warn: sharing.warn, now })
      : { learn: load.learn, refresh: () => undefined },
    benches: sharing
      ? sharedBenches(health, { store: sharing.benches, warn: sharing.warn, now })
      : { tell: () => undefined, refresh: () => undefined },
    stats,
    warnedKeys: warnedKeys(),
    turns: roundRobinCounter(),
    origins: origins(),
    turnThoughts: turnThoughts(now),
    missing: missingEndpoints(now),
    retryBudget: retryBudget(now),
    conversations: conversations(now),
    answerLengths: answerLengths(),
    repeatedPrompts: repeatedPrompts(now),
    knownTasks: new Map(),
    deadlines: new Deadlines(),
  };
}

/**
 * Flags the candidates of a list that have been asked; recomputed only when a deployment is asked for the first time.
 */
function askedAmong(health: DeploymentHealth, load: DeploymentLoad): NonNullable<Stats['askedAmong']> {
  const flagsOf = byList((candidates: readonly Candidate[]) => {
    return { of: -1, flags: new Uint8Array(candidates.length) };
  });
  return (candidates) => {
    // A rejected credential also affects deployments that were never asked.
    if (!health.allHealthy) return undefined;
    const known = flagsOf(candidates);
    const membership = health.membership + load.membership;
    if (known.of !== membership) {
      known.of = membership;
      known.flags.set(
        candidates.map(({ deployment }) =>
          Number(health.of(deployment) !== neverAsked || load.of(deployment) !== idle),
        ),
      );
    }
    return known.flags;
  };
}

/** The stats of a deployment that was never asked, as most of a long list are; one object for all of them. */
const untouched: DeploymentStats = { ...neverAsked, ...idle };

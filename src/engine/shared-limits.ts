import type { Deployment } from '../core/provider.ts';
import type { LimitStanding, RateLimits, SaidLimit } from '../core/rate-limits.ts';
import type { LimitStore } from '../core/stores.ts';
import type { Ms } from '../core/units.ts';
import { credentialKey } from './credential-key.ts';
import type { DeploymentLoad } from './deployment-load.ts';
import { rememberLatest } from './remember-latest.ts';
import { resetOf } from './spoken-limits.ts';

/** What providers say of their limits, learnt from replies here and heard of from other processes on the same store. */
export type SharedLimits = {
  /** From a reply of a deployment. Others are told where it is news to them, behind the call's back. */
  learn(deployment: Deployment, limits: RateLimits): void;
  /** Asks what others have learnt, once a second at most. The first time it has to be waited for: nothing is known yet. */
  refresh(): Promise<void> | undefined;
};

export type Sharing = {
  readonly store: LimitStore;
  readonly now: () => Ms;
  readonly warn: (error: unknown) => void;
};

const refreshMs: Ms = 1_000;
/** A row may be committed a while after the moment that it is of, and clocks of machines differ. */
const overlapMs: Ms = 10_000;
/** What is told more often than this is told for nothing: nobody asks sooner. */
const tellMs: Ms = 1_000;
const mostTold = 10_000;

export function sharedLimits(
  load: Pick<DeploymentLoad, 'learn' | 'hear'>,
  { store, now, warn }: Sharing,
): SharedLimits {
  const told = new Map<string, SaidLimit>();
  const waiting = new Map<string, SaidLimit>();
  let telling = false;
  let askedAt: Ms | undefined;

  function tell(said: SaidLimit): void {
    const key = keyOf(said);
    if (!isNews(told.get(key), said)) return;
    rememberLatest(told, key, said, mostTold);
    waiting.set(key, said);
    if (!telling) void tellAll();
  }

  /** One write at a time; what is news meanwhile goes with the next one. */
  async function tellAll(): Promise<void> {
    telling = true;
    while (waiting.size > 0) {
      const some = [...waiting.values()];
      waiting.clear();
      await store.tell(some, now()).catch(warn);
    }
    telling = false;
  }

  async function ask(since: Ms, at: Ms): Promise<void> {
    for (const said of await store.said({ since, now: at })) {
      const key = keyOf(said);
      // Read again, or our own.
      if (said.saidAt <= (told.get(key)?.saidAt ?? 0)) continue;
      rememberLatest(told, key, said, mostTold);
      load.hear(said);
    }
  }

  return {
    learn(deployment, limits) {
      load.learn(deployment, limits);
      // A server of this machine is another one on the next.
      if (deployment.provider.local) return;
      const { requests, tokens } = limits;
      if (!requests && !tokens) return;
      const account = credentialKey(deployment);
      const place = { deployment: deployment.id, account, saidAt: now() };
      if (requests) tell({ ...place, kind: 'requests', ...standing(requests, place.saidAt) });
      if (tokens) tell({ ...place, kind: 'tokens', ...standing(tokens, place.saidAt) });
    },
    refresh() {
      const at = now();
      const before = askedAt;
      if (before !== undefined && at - before < refreshMs) return undefined;
      askedAt = at;
      const asked = ask(before === undefined ? 0 : before - overlapMs, at).catch(warn);
      return before === undefined ? asked : undefined;
    },
  };
}

/** Whether others should hear of it: what is left has halved or doubled, or the limit is another one. */
export function isNews(before: SaidLimit | undefined, said: SaidLimit): boolean {
  // It has reset before anybody hears of it.
  if (said.resetsAt - said.saidAt < refreshMs) return false;
  if (!before || before.resetsAt <= said.saidAt) return true;
  if (said.remaining <= 0) return before.remaining > 0 || said.resetsAt - before.resetsAt >= refreshMs;
  if (said.saidAt - before.saidAt < tellMs) return false;
  if (said.limit !== before.limit) return true;
  return said.remaining * 2 <= before.remaining || said.remaining >= before.remaining * 2;
}

function standing(said: LimitStanding, at: Ms) {
  const { limit, remaining } = said;
  return { ...(limit !== undefined && { limit }), remaining, resetsAt: resetOf(said, at) };
}

function keyOf({ deployment, account, kind }: SaidLimit): string {
  return `${kind} ${account} ${deployment}`;
}

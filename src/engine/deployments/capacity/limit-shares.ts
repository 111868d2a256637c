import {
  firstShare,
  limitKey,
  type AskPurpose,
  type DividedLimit,
  type LimitExchange,
  type ReceivedPermits,
  type SparedPermits,
} from '../../../core/limit-exchange.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { Ms } from '../../../core/units.ts';

type Kind = DividedLimit['kind'];

/** What the shares ask of the deployments' load. */
type Load = {
  /** How many permits of a limit are in use here. */
  used(limit: DividedLimit): number;
  /** When one of `held` permits, all of which are in use here, becomes unused; `undefined`: when a call ends. */
  freeInMs(limit: DividedLimit, held: number): Ms | undefined;
  /** Whether calls wait for a deployment. */
  isWaitedFor(deployment: Deployment): boolean;
  /** A deployment may be used more than before. */
  grown(deployment: Deployment): void;
  now(): Ms;
};

/** What is known of a limit whose permits have moved, or were asked for. */
type Moved = {
  /** Received minus given. */
  permits: number;
  /** The lowest number for which this has been checked since the configuration last changed. */
  checkedOf: number | undefined;
  /** When the first check began that has not been answered yet. */
  checkingSince: Ms | undefined;
  /** The configuration at the last question. */
  askedIn: number;
  /** When the others last had none to spare. */
  refusedAt: Ms;
  /** When one of theirs becomes unused, by their own report. */
  freeAt: Ms | undefined;
  /** Another process has asked in vain. */
  wanted: boolean;
  /** The others are being asked. */
  asking: PromiseWithResolvers<void> | undefined;
  /** When to ask again, if calls still wait. */
  again: NodeJS.Timeout | undefined;
  readonly kind: Kind;
  /** The whole limit as others last named it, since the configuration last changed. */
  namedOf: number | undefined;
  /** As last asked for here, since the configuration last changed. */
  deployment: Deployment | undefined;
};

/** How long the others are not asked again after they had none to spare. */
const restMs: Ms = 250;
/** A process that does not answer a check within this time is not waited for, lest it hold up all others. */
const checkPatienceMs: Ms = 1_000;
/** Passed-through model names come from outside; of further limits, no permits are asked for. */
const maxMoved = 10_000;

/**
 * The shares of the deployments' request limits that this process may use. Each process begins with an equal share, and
 * asks the others for what they do not use if it needs more. A limit may be new or lowered while calls run that began
 * without it: before a process uses its first share, and again after each change of the configuration, it checks
 * whether others use more than they hold. Without an exchange, this is the only process. Token limits are not divided:
 * a prompt larger than its share would never be sent.
 */
export class LimitShares {
  readonly #exchange: LimitExchange | undefined;
  readonly #load: Load;
  readonly #moved = new Map<string, Moved>();
  /** How often the configuration may have changed. */
  #configurations = 0;

  constructor(exchange: LimitExchange | undefined, load: Load) {
    this.#exchange = exchange;
    this.#load = load;
    exchange?.connect({
      receive: (limit, received) => this.#receive(limit, received),
      spare: (limit, purpose) => this.#spare(limit, purpose),
    });
  }

  /** How much of a limit this process holds; `undefined`: there is no such limit. */
  share(deployment: Deployment, kind: Kind): number | undefined {
    if (!this.#exchange) return deployment.limits?.[kind];
    const limit = limitOf(deployment, kind);
    return limit && Math.min(this.#held(limit), limit.of);
  }

  /** How much of a limit this process may use now: until it has checked, only what it uses already. */
  usable(deployment: Deployment, kind: Kind): number | undefined {
    const share = this.share(deployment, kind);
    const limit = this.#exchange && limitOf(deployment, kind);
    if (share === undefined || !limit || this.#isChecked(limit)) return share;
    return Math.min(share, this.#load.used(limit));
  }

  /** When other processes expect to have an unused permit; `undefined`: unknown. */
  freeInMs(deployment: Deployment, kind: Kind): Ms | undefined {
    const limit = limitOf(deployment, kind);
    const freeAt = limit && this.#moved.get(limitKey(limit))?.freeAt;
    return freeAt === undefined ? undefined : Math.max(1, freeAt - this.#load.now());
  }

  /**
   * Whether other processes may have unused permits of the limit. If they had none a moment ago, they are asked again
   * soon for the calls that wait by then.
   */
  mayGrow(deployment: Deployment, kind: Kind): boolean {
    const limit = limitOf(deployment, kind);
    if (!limit || !this.#mayAsk(limit)) return false;
    const moved = this.#moved.get(limitKey(limit));
    if (!moved) return this.#moved.size < maxMoved;
    if (moved.asking !== undefined || this.#load.now() - moved.refusedAt >= restMs) return true;
    this.#askLater(deployment, limit, moved);
    return false;
  }

  /** Asks the other processes for unused permits, and resolves when they have answered. */
  async grow(deployment: Deployment, kind: Kind): Promise<void> {
    const limit = limitOf(deployment, kind);
    if (!limit) return;
    const moved = this.#movedOf(limit);
    moved.deployment = deployment;
    await this.#askOthers(limit, moved);
  }

  #askOthers(limit: DividedLimit, moved: Moved): Promise<void> {
    if (moved.asking) return moved.asking.promise;
    moved.asking = Promise.withResolvers();
    const { promise } = moved.asking;
    const purpose = this.#isChecked(limit) ? 'more' : 'check';
    moved.askedIn = this.#configurations;
    if (purpose === 'check') moved.checkingSince ??= this.#load.now();
    this.#exchange?.ask(limit, purpose, this.#load.used(limit));
    return promise;
  }

  /** The configuration may have changed. */
  recheck(): void {
    this.#configurations += 1;
    for (const moved of this.#moved.values()) {
      const { deployment, kind } = moved;
      moved.checkedOf = undefined;
      moved.checkingSince = undefined;
      moved.deployment = undefined;
      moved.namedOf = undefined;
      moved.refusedAt = -Infinity;
      moved.freeAt = undefined;
      // The calls in line have checked before: nothing else would ask for them.
      if (deployment && this.#load.isWaitedFor(deployment)) void this.grow(deployment, kind);
    }
  }

  /** A permit is no longer in use: passes it on if another process waits for it. */
  freed(deployment: Deployment, kind: Kind): void {
    const limit = this.#moved.size === 0 ? undefined : limitOf(deployment, kind);
    const moved = limit && this.#moved.get(limitKey(limit));
    if (!limit || !moved || !this.#passOn(limit, moved)) return;
    // The calls in line here come next.
    if (this.#load.isWaitedFor(deployment)) void this.grow(deployment, kind);
  }

  #passOn(limit: DividedLimit, moved: Moved): boolean {
    if (!moved.wanted || this.#mayBeSpared(limit, moved) < 1) return false;
    moved.wanted = false;
    moved.permits -= 1;
    this.#exchange?.give(limit, 1);
    return true;
  }

  #receive(limit: DividedLimit, received: ReceivedPermits): void {
    const { permits, wanted, unanswered, unchecked, covering, freeInMs } = received;
    const moved = this.#movedOf(limit);
    const now = this.#load.now();
    moved.permits += permits;
    moved.wanted ||= wanted;
    if (covering) return;
    const isOutdated = moved.askedIn !== this.#configurations;
    const isPatienceOver = unanswered && now - (moved.checkingSince ?? now) >= checkPatienceMs;
    const checked = !isOutdated && (received.checked === true || isPatienceOver === true);
    if (checked) moved.checkedOf = Math.min(limit.of, moved.checkedOf ?? Infinity);
    if (unchecked) moved.checkedOf = undefined;
    if (checked || !unanswered) moved.checkingSince = undefined;
    // A refused wish stays open until a permit comes: after that, the next call has to ask again.
    const refused = permits === 0 && !checked && !isOutdated;
    moved.refusedAt = refused ? now : -Infinity;
    // A check that was not answered in time says nothing about how long the limit lasts.
    const leastMs = unanswered ? 0 : freeInMs;
    moved.freeAt = refused && leastMs !== undefined ? now + Math.max(leastMs, restMs) : undefined;
    moved.asking?.resolve();
    moved.asking = undefined;
    if (moved.deployment) this.#askLater(moved.deployment, limit, moved);
    if (refused) return;
    const { deployment } = moved;
    if (deployment && unchecked && this.#load.isWaitedFor(deployment)) void this.grow(deployment, limit.kind);
    else if (deployment) this.#load.grown(deployment);
    // No call here needs it any more, or the one that asked is about to take it.
    setImmediate(() => this.#passOn(limit, moved));
  }

  /** Permits can become unused without a word, as by the death of a process: asks again for calls that still wait. */
  #askLater(deployment: Deployment, limit: DividedLimit, moved: Moved): void {
    moved.again ??= setTimeout(() => {
      moved.again = undefined;
      if (this.#load.isWaitedFor(deployment) && this.#mayAsk(limit)) void this.grow(deployment, limit.kind);
    }, restMs).unref();
  }

  async #spare(limit: DividedLimit, purpose: AskPurpose): Promise<SparedPermits> {
    const moved = this.#movedOf(limit);
    moved.namedOf = limit.of;
    if (purpose === 'check') return { permits: Math.min(0, this.#unused(limit, moved)) };
    if (!this.#isChecked(limit) && this.#unused(limit, moved) > 0) await this.#askOthers(limit, moved);
    const unused = this.#mayBeSpared(limit, moved);
    // Half is kept, because this process may need it next.
    const permits = Math.max(0, Math.floor(unused / 2), Math.min(unused, 1));
    // Requests of a minute become unused without a call that ends.
    moved.wanted = permits < 1 && limit.kind === 'concurrency';
    moved.permits -= permits;
    const freeInMs = permits < 1 ? this.#load.freeInMs(limit, this.#held(limit)) : undefined;
    return { permits, ...(freeInMs !== undefined && { freeInMs }) };
  }

  #mayBeSpared(limit: DividedLimit, moved: Moved): number {
    return this.#isChecked(limit) ? this.#unused(limit, moved) : 0;
  }

  /** Another process may have read a changed configuration sooner or later than this one: the lower limit counts. */
  #unused(limit: DividedLimit, { deployment, namedOf = limit.of }: Moved): number {
    const own = deployment && limitOf(deployment, limit.kind);
    const of = Math.min(limit.of, namedOf, own?.of ?? Infinity);
    return this.#held({ ...limit, of }) - this.#load.used(limit);
  }

  #mayAsk(limit: DividedLimit): boolean {
    return this.#exchange !== undefined && (!this.#isChecked(limit) || this.#held(limit) < limit.of);
  }

  #isChecked(limit: DividedLimit): boolean {
    const moved = this.#moved.get(limitKey(limit));
    return moved ? limit.of >= (moved.checkedOf ?? Infinity) : this.#moved.size >= maxMoved;
  }

  #held(limit: DividedLimit): number {
    if (!this.#exchange) return limit.of;
    return firstShare(limit, this.#exchange) + (this.#moved.get(limitKey(limit))?.permits ?? 0);
  }

  #movedOf(limit: DividedLimit): Moved {
    const key = limitKey(limit);
    let moved = this.#moved.get(key);
    if (!moved) {
      moved = {
        kind: limit.kind,
        deployment: undefined,
        namedOf: undefined,
        permits: 0,
        checkedOf: undefined,
        checkingSince: undefined,
        askedIn: this.#configurations,
        refusedAt: -Infinity,
        freeAt: undefined,
        wanted: false,
        asking: undefined,
        again: undefined,
      };
      this.#moved.set(key, moved);
    }
    return moved;
  }
}

function limitOf({ id, limits }: Deployment, kind: Kind): DividedLimit | undefined {
  const of = limits?.[kind];
  return of === undefined ? undefined : { deployment: id, kind, of };
}

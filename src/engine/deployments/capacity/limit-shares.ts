import {
  firstShare,
  limitKey,
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
  /** The limit's number in the configuration of this process; `undefined`: it has no such limit. */
  configured(limit: DividedLimit): number | undefined;
  /** The deployment with this id, as it is configured now, if calls wait for it. */
  waitedFor(id: string): Deployment | undefined;
  /** A deployment may be used more than before. */
  grown(id: string): void;
  now(): Ms;
};

/** What is known of a limit whose permits have moved, or were asked for. */
type Moved = {
  /** Received minus given. */
  permits: number;
  /** The lowest number for which this has been checked since the configuration last changed. */
  checkedOf: number | undefined;
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
  /** The whole limit as others last named it. */
  namedOf: number | undefined;
};

const kinds: readonly Kind[] = ['rpm', 'concurrency'];

/** How long the others are not asked again after they had none to spare. */
const restMs: Ms = 250;
/** Passed-through model names come from outside; of further limits, no permits are asked for. */
const maxMoved = 10_000;

/**
 * The shares of the deployments' request limits that this process may use. Each process begins with an equal share, and
 * asks the others for what they do not use if it needs more. A limit may be new or lowered while calls run that began
 * without it: before a process uses its first share, and again after each change of the configuration, it checks
 * whether others use more than they hold. Without an exchange, this is the only process. Token limits are not divided:
 * a prompt larger than its share would never be sent. Every deployment is given as it is configured now.
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
      used: (limit) => this.#used(limit),
      spare: (limit) => this.#spare(limit),
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
    const ms = (freeAt ?? -Infinity) - this.#load.now();
    return ms > 0 ? ms : undefined;
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
    this.#askLater(limit, moved);
    return false;
  }

  /** Asks the other processes for unused permits, and resolves when they have answered. */
  async grow(deployment: Deployment, kind: Kind): Promise<void> {
    const limit = limitOf(deployment, kind);
    if (limit) await this.#askOthers(limit, this.#movedOf(limit));
  }

  /** Asks the other processes after a pause for the calls that are in line by then. */
  growSoon(deployment: Deployment, kind: Kind): void {
    const limit = limitOf(deployment, kind);
    if (limit) this.#askLater(limit, this.#movedOf(limit));
  }

  #askOthers(limit: DividedLimit, moved: Moved): Promise<void> {
    if (moved.asking) return moved.asking.promise;
    moved.asking = Promise.withResolvers();
    const { promise } = moved.asking;
    const purpose = this.#isChecked(limit) ? 'more' : 'check';
    moved.askedIn = this.#configurations;
    this.#exchange?.ask(limit, purpose, this.#load.used(limit));
    return promise;
  }

  /** The configuration may have changed. `waitedFor`: the ids of the deployments that calls wait for. */
  recheck(waitedFor: Iterable<string>): void {
    this.#configurations += 1;
    for (const moved of this.#moved.values()) {
      moved.checkedOf = undefined;
      moved.refusedAt = -Infinity;
      moved.freeAt = undefined;
    }
    // The calls in line have checked before: nothing else would ask for them.
    for (const id of waitedFor) for (const kind of kinds) this.#growForLine(id, kind);
  }

  /** Asks the other processes for the calls in line, if there are any. */
  #growForLine(id: string, kind: Kind): void {
    const deployment = this.#load.waitedFor(id);
    const limit = deployment && limitOf(deployment, kind);
    if (limit && this.#mayAsk(limit)) void this.#askOthers(limit, this.#movedOf(limit));
  }

  /** A permit is no longer in use: passes it on if another process waits for it. */
  freed(deployment: Deployment, kind: Kind): void {
    const limit = this.#moved.size === 0 ? undefined : limitOf(deployment, kind);
    const moved = limit && this.#moved.get(limitKey(limit));
    if (!limit || !moved || !this.#passOn(limit, moved)) return;
    // The calls in line here come next.
    this.#growForLine(deployment.id, kind);
  }

  #passOn(named: DividedLimit, moved: Moved): boolean {
    const limit = this.#shared(named, moved);
    if (!moved.wanted || this.#mayBeSpared(limit) < 1) return false;
    moved.wanted = false;
    moved.permits -= 1;
    this.#exchange?.give(limit, 1);
    return true;
  }

  #receive(limit: DividedLimit, received: ReceivedPermits): void {
    const { permits, wanted, unchecked, covering, freeInMs } = received;
    const moved = this.#movedOf(limit);
    const now = this.#load.now();
    moved.permits += permits;
    moved.wanted ||= wanted;
    if (covering) return;
    const isOutdated = moved.askedIn !== this.#configurations;
    const checked = received.checked === true && !isOutdated;
    if (checked) moved.checkedOf = Math.min(limit.of, moved.checkedOf ?? Infinity);
    if (unchecked) moved.checkedOf = undefined;
    // A refused wish stays open until a permit comes: after that, the next call has to ask again.
    const refused = permits === 0 && !checked && !isOutdated;
    moved.refusedAt = refused ? now : -Infinity;
    moved.freeAt = refused && freeInMs !== undefined ? now + Math.max(freeInMs, restMs) : undefined;
    moved.asking?.resolve();
    moved.asking = undefined;
    this.#askLater(limit, moved);
    if (refused) return;
    if (unchecked) this.#growForLine(limit.deployment, limit.kind);
    this.#load.grown(limit.deployment);
    // No call here needs it any more, or the one that asked is about to take it.
    setImmediate(() => this.#passOn(limit, moved));
  }

  /** Permits can become unused without a word, as by the death of a process: asks again for calls that still wait. */
  #askLater({ deployment, kind }: DividedLimit, moved: Moved): void {
    moved.again ??= setTimeout(() => {
      moved.again = undefined;
      this.#growForLine(deployment, kind);
    }, restMs).unref();
  }

  #used(named: DividedLimit): number {
    this.#movedOf(named).namedOf = named.of;
    return this.#load.used(named);
  }

  async #spare(named: DividedLimit): Promise<SparedPermits> {
    const moved = this.#movedOf(named);
    moved.namedOf = named.of;
    const asked = this.#shared(named, moved);
    if (!this.#isChecked(asked) && this.#unused(asked) > 0) await this.#askOthers(asked, moved);
    // The configuration may have changed meanwhile.
    const limit = this.#shared(named, moved);
    const unused = this.#mayBeSpared(limit);
    // Half is kept, because this process may need it next.
    const permits = Math.max(0, Math.floor(unused / 2), Math.min(unused, 1));
    // Requests of a minute become unused without a call that ends.
    moved.wanted = permits < 1 && limit.kind === 'concurrency';
    moved.permits -= permits;
    const freeInMs = permits < 1 ? this.#load.freeInMs(limit, this.#held(limit)) : undefined;
    return { permits, ...(freeInMs !== undefined && { freeInMs }) };
  }

  /**
   * The limit by which permits are passed to others, which may have read a changed configuration sooner or later than
   * this process: the lower number counts.
   */
  #shared(limit: DividedLimit, { namedOf = limit.of }: Moved): DividedLimit {
    const own = this.#load.configured(limit) ?? limit.of;
    return { ...limit, of: Math.min(own, namedOf) };
  }

  #mayBeSpared(limit: DividedLimit): number {
    return this.#isChecked(limit) ? this.#unused(limit) : 0;
  }

  #unused(limit: DividedLimit): number {
    return this.#held(limit) - this.#load.used(limit);
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
        namedOf: undefined,
        permits: 0,
        checkedOf: undefined,
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

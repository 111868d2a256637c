import {
  firstShare,
  limitKey,
  type DividedLimit,
  type LimitExchange,
  type ReceivedParts,
} from '../../core/limit-exchange.ts';
import type { Deployment } from '../../core/provider.ts';
import type { Ms } from '../../core/units.ts';

type Kind = DividedLimit['kind'];

/** What the parts ask of the deployments' load. */
type Load = {
  /** How many parts of a limit are in use here. */
  used(limit: DividedLimit): number;
  /** Whether calls wait for a deployment. */
  isWaitedFor(deployment: Deployment): boolean;
  /** A deployment may be used more than before. */
  grown(deployment: Deployment): void;
  now(): Ms;
};

/** What is known of a limit whose parts have moved, or were asked for. */
type Moved = {
  /** Received minus given. */
  parts: number;
  /** When the others last had none to spare. */
  refusedAt: Ms;
  /** Another process has asked in vain. */
  wanted: boolean;
  /** The others are being asked. */
  asked: PromiseWithResolvers<void> | undefined;
  /** When to ask again, if calls still wait. */
  again: NodeJS.Timeout | undefined;
  /** Absent: not asked for here. */
  deployment?: Deployment;
};

/** How long the others are not asked again after they had none to spare. */
const restMs: Ms = 250;
/** Passed-through model names come from outside; of further limits, no parts are asked for. */
const mostMoved = 10_000;

/**
 * The parts of the deployments' request limits that this process may use. Each process begins with an equal share, and
 * asks the others for what they do not use if it needs more. Without an exchange, this is the only process. Token
 * limits are not divided: a prompt larger than its part would never be sent.
 */
export class LimitParts {
  readonly #exchange: LimitExchange | undefined;
  readonly #load: Load;
  readonly #moved = new Map<string, Moved>();

  constructor(exchange: LimitExchange | undefined, load: Load) {
    this.#exchange = exchange;
    this.#load = load;
    exchange?.connect({
      receive: (limit, received) => this.#receive(limit, received),
      spare: (limit) => this.#spare(limit),
    });
  }

  /** How much of a limit this process may use now; `undefined`: it has no such limit. */
  of(deployment: Deployment, kind: Kind): number | undefined {
    if (!this.#exchange) return deployment.limits?.[kind];
    const limit = limitOf(deployment, kind);
    return limit && this.#held(limit);
  }

  /**
   * Whether other processes may have unused parts of the limit. If they had none a moment ago, they are asked again
   * soon for the calls that wait by then.
   */
  mayGrow(deployment: Deployment, kind: Kind): boolean {
    const limit = limitOf(deployment, kind);
    if (!limit || this.#held(limit) >= limit.of) return false;
    const moved = this.#moved.get(limitKey(limit));
    if (!moved) return this.#moved.size < mostMoved;
    if (moved.asked !== undefined || this.#load.now() - moved.refusedAt >= restMs) return true;
    this.#askLater(deployment, limit, moved);
    return false;
  }

  /** Asks the other processes for unused parts, and resolves when they have answered. */
  async grow(deployment: Deployment, kind: Kind): Promise<void> {
    const limit = limitOf(deployment, kind);
    if (!limit) return;
    const moved = this.#movedOf(limit);
    moved.deployment = deployment;
    const asked = moved.asked ?? Promise.withResolvers();
    if (!moved.asked) {
      moved.asked = asked;
      this.#exchange?.ask(limit);
    }
    await asked.promise;
  }

  /** A part is no longer in use: passes it on if another process waits for it. */
  freed(deployment: Deployment, kind: Kind): void {
    const limit = this.#moved.size === 0 ? undefined : limitOf(deployment, kind);
    const moved = limit && this.#moved.get(limitKey(limit));
    if (!limit || !moved || !this.#passOn(limit, moved)) return;
    // The calls in line here come next.
    if (this.#load.isWaitedFor(deployment)) void this.grow(deployment, kind);
  }

  #passOn(limit: DividedLimit, moved: Moved): boolean {
    if (!moved.wanted || this.#unused(limit) < 1) return false;
    moved.wanted = false;
    moved.parts -= 1;
    this.#exchange?.give(limit, 1);
    return true;
  }

  #receive(limit: DividedLimit, { parts, wanted }: ReceivedParts): void {
    const moved = this.#movedOf(limit);
    moved.parts += parts;
    moved.wanted ||= wanted;
    // A refused wish stays open until a part comes: after that, the next call has to ask again.
    moved.refusedAt = parts === 0 ? this.#load.now() : -Infinity;
    moved.asked?.resolve();
    moved.asked = undefined;
    if (moved.deployment) this.#askLater(moved.deployment, limit, moved);
    if (parts <= 0) return;
    if (moved.deployment) this.#load.grown(moved.deployment);
    // No call here needs it any more, or the one that asked is about to take it.
    setImmediate(() => this.#passOn(limit, moved));
  }

  /** Parts can become unused without a word, as by the death of a process: asks again for calls that still wait. */
  #askLater(deployment: Deployment, limit: DividedLimit, moved: Moved): void {
    moved.again ??= setTimeout(() => {
      moved.again = undefined;
      if (this.#load.isWaitedFor(deployment) && this.#held(limit) < limit.of)
        void this.grow(deployment, limit.kind);
    }, restMs).unref();
  }

  #spare(limit: DividedLimit): number {
    const moved = this.#movedOf(limit);
    const unused = this.#unused(limit);
    // Half is kept, because this process may need it next.
    const parts = Math.max(Math.floor(unused / 2), Math.min(unused, 1));
    // Requests of a minute become unused without a call that ends.
    moved.wanted = parts < 1 && limit.kind === 'concurrency';
    if (parts < 1) return 0;
    moved.parts -= parts;
    return parts;
  }

  #unused(limit: DividedLimit): number {
    return this.#held(limit) - this.#load.used(limit);
  }

  #held(limit: DividedLimit): number {
    if (!this.#exchange) return limit.of;
    return firstShare(limit, this.#exchange) + (this.#moved.get(limitKey(limit))?.parts ?? 0);
  }

  #movedOf(limit: DividedLimit): Moved {
    const key = limitKey(limit);
    let moved = this.#moved.get(key);
    if (!moved) {
      moved = { parts: 0, refusedAt: -Infinity, wanted: false, asked: undefined, again: undefined };
      this.#moved.set(key, moved);
    }
    return moved;
  }
}

function limitOf({ id, limits }: Deployment, kind: Kind): DividedLimit | undefined {
  const of = limits?.[kind];
  return of === undefined ? undefined : { deployment: id, kind, of };
}

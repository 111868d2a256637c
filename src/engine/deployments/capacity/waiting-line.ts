import type { Deployment } from '../../../core/deployment.ts';
import type { Ms, Tokens } from '../../../core/units.ts';
import type { Full } from './capacity.ts';
import type { Slot } from './slot.ts';

/** A slot that became free and was handed over. */
export type GivenSlot = { readonly deployment: Deployment; readonly slot: Slot };

/** A place where a call waits, and how many tokens it would have there: some providers shorten its prompt. */
export type WaitingPlace = { readonly deployment: Deployment; readonly tokens: Tokens };

/** How long a call waits, and when its turn is. */
export type WaitingTime = {
  readonly ms: Ms;
  readonly signal: AbortSignal;
  /** It had a slot before and was refused: it goes before calls that wait for their first one. */
  readonly goesFirst?: boolean | undefined;
};

/** What the line asks of the deployments that calls wait for. */
type Deployments = {
  full(deployment: Deployment, tokens: Tokens): Pick<Full, 'limit' | 'waitMs' | 'mayGrow'> | undefined;
  /** Asks other processes soon for more of a limit, if calls still wait then. */
  growSoon(deployment: Deployment, limit: Full['limit']): void;
  take(deployment: Deployment, tokens: Tokens): Slot;
  /** How many calls it answers at once, and how long an answer keeps its slot. */
  pace(deployment: Deployment): { readonly slots: number; readonly holdMs: Ms };
  now(): Ms;
};

type Waiter = {
  /** By the ids of their deployments, which the configuration may have changed since others were admitted. */
  readonly places: ReadonlyMap<string, WaitingPlace>;
  readonly until: Ms;
  readonly give: (given: GivenSlot | undefined) => void;
};

/** The calls in line for one deployment. */
type Queue = {
  /** As the call that came first knows it. */
  readonly deployment: Deployment;
  waiting: number;
  waitingFirst: number;
  /** The highest number of slots that the waiting calls have assumed. */
  assumedSlots: number;
  /** When there will be room without a call that ends. */
  room: NodeJS.Timeout | undefined;
};

/** A smaller drop only means that one more slot was tried in vain. */
const muchFewer = 0.8;

/**
 * The calls that wait for a slot at full deployments: first come, first served, except that calls which had a slot and
 * were refused go first.
 */
export class WaitingLine {
  readonly #deployments: Deployments;
  readonly #waiters = new Set<Waiter>();
  readonly #firstWaiters = new Set<Waiter>();
  readonly #queues = new Map<string, Queue>();

  constructor(deployments: Deployments) {
    this.#deployments = deployments;
  }

  /** The deployment with this id, as a call in line for it knows it; `undefined` if none waits for it. */
  waitedFor(id: string): Deployment | undefined {
    return this.#queues.get(id)?.deployment;
  }

  /** The ids of the deployments that calls wait for. */
  get ids(): Iterable<string> {
    return this.#queues.keys();
  }

  /** Estimated wait of the next call in line. */
  turnInMs(deployment: Deployment, { goesFirst = false }: Pick<WaitingTime, 'goesFirst'> = {}): Ms {
    const { slots, holdMs } = this.#deployments.pace(deployment);
    const queue = this.#queues.get(deployment.id);
    const ahead = (goesFirst ? queue?.waitingFirst : queue?.waiting) ?? 0;
    return (holdMs * (ahead + 1)) / Math.max(1, slots);
  }

  /**
   * Waits for the next slot at one of the places; `undefined` after `ms`, or as soon as a limit learned meanwhile
   * leaves no chance of one by then. Without places: `undefined` after `ms`, or as soon as the limits may have changed.
   */
  async slotAt(
    places: readonly WaitingPlace[],
    { ms, signal, goesFirst = false }: WaitingTime,
  ): Promise<GivenSlot | undefined> {
    const line = goesFirst ? this.#firstWaiters : this.#waiters;
    const { promise, resolve } = Promise.withResolvers<GivenSlot | undefined>();
    const giveUp = () => waiter.give(undefined);
    const timer = setTimeout(giveUp, ms);
    signal.addEventListener('abort', giveUp, { once: true });
    const waiter: Waiter = {
      places: new Map(places.map((place) => [place.deployment.id, place])),
      until: this.#deployments.now() + ms,
      give: (given) => {
        line.delete(waiter);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        for (const { deployment } of places) this.#left(deployment, goesFirst);
        resolve(given);
      },
    };
    for (const { deployment } of places) this.#joined(deployment, goesFirst);
    line.add(waiter);
    return promise;
  }

  /** There may be room at a deployment: gives it to the first calls in line, so that a new call never overtakes. */
  serve(id: string): void {
    const queue = this.#queues.get(id);
    if (!queue) return;
    this.#serveIn(undefined, id, queue);
    for (const waiter of this.#lineAt(id)) {
      const place = waiter.places.get(id);
      if (!place) continue;
      const { deployment, tokens } = place;
      const full = this.#deployments.full(deployment, tokens);
      if (!full) waiter.give({ deployment, slot: this.#deployments.take(deployment, tokens) });
      // A limit that was lowered meanwhile will never have room for it: it must not hold up the others.
      else if (full.waitMs === Infinity) waiter.give(undefined);
      else {
        if (full.mayGrow) this.#deployments.growSoon(deployment, full.limit);
        return this.#serveIn(full.waitMs, id, queue);
      }
    }
  }

  /** Any limit may have changed. */
  limitsChanged(): void {
    for (const id of this.#queues.keys()) this.serve(id);
    for (const line of [this.#firstWaiters, this.#waiters]) {
      for (const waiter of line) if (waiter.places.size === 0) waiter.give(undefined);
    }
  }

  #serveIn(ms: Ms | undefined, id: string, queue: Queue): void {
    clearTimeout(queue.room);
    queue.room = ms === undefined ? undefined : setTimeout(() => this.serve(id), ms);
  }

  /**
   * The deployment has fewer slots than before: if much fewer, sends away the calls that can no longer be served in
   * time.
   */
  slotsLost(deployment: Deployment): void {
    const queue = this.#queues.get(deployment.id);
    if (!queue) return;
    const { slots, holdMs } = this.#deployments.pace(deployment);
    if (slots >= queue.assumedSlots * muchFewer) return;
    queue.assumedSlots = slots;
    const turnMs = holdMs / Math.max(1, slots);
    const now = this.#deployments.now();
    let ahead = 0;
    for (const waiter of this.#lineAt(deployment.id)) {
      ahead += 1;
      // Same rule as on joining the queue: half of the remaining time, since the estimate may be wrong.
      if (waiter.places.size === 1 && turnMs * ahead > (waiter.until - now) / 2) waiter.give(undefined);
    }
  }

  /** The calls that wait for a slot at this deployment, in turn. */
  *#lineAt(id: string): Generator<Waiter> {
    for (const line of [this.#firstWaiters, this.#waiters]) {
      for (const waiter of line) if (waiter.places.has(id)) yield waiter;
    }
  }

  #joined(deployment: Deployment, goesFirst: boolean): void {
    let queue = this.#queues.get(deployment.id);
    if (!queue) {
      queue = { deployment, waiting: 0, waitingFirst: 0, assumedSlots: 0, room: undefined };
      this.#queues.set(deployment.id, queue);
    }
    queue.waiting += 1;
    if (goesFirst) queue.waitingFirst += 1;
    queue.assumedSlots = Math.max(queue.assumedSlots, this.#deployments.pace(deployment).slots);
  }

  #left({ id }: Deployment, goesFirst: boolean): void {
    const queue = this.#queues.get(id);
    if (!queue) return;
    queue.waiting -= 1;
    if (goesFirst) queue.waitingFirst -= 1;
    // There may be room for the next one already, if this one waited for more of it.
    if (queue.room) this.#serveIn(0, id, queue);
    if (queue.waiting > 0) return;
    clearTimeout(queue.room);
    this.#queues.delete(id);
  }
}

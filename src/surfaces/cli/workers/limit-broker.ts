import { firstShare, limitKey, type DividedLimit } from '../../../core/limit-exchange.ts';
import type { Ms } from '../../../core/units.ts';
import type { AboutLimits, ToWorker } from './messages.ts';

/**
 * Moves parts of limits between the workers. A place outlives its worker: the replacement continues with what the place
 * had, so that no part is lost or doubled.
 */
export type LimitBroker = {
  heard(place: number, message: AboutLimits): void;
  /** The worker at this place has died. */
  left(place: number): void;
};

/** A worker that does not answer within this time is not waited for; what it spares later is passed on. */
const patienceMs: Ms = 500;

type Ask = {
  readonly asker: number;
  readonly limit: DividedLimit;
  readonly missing: Set<number>;
  readonly timer: NodeJS.Timeout;
  received: boolean;
};

type Balance = { readonly limit: DividedLimit; parts: number };

/** `processes`: the number of places. */
export function limitBroker(
  processes: number,
  tell: (place: number, message: ToWorker) => void,
): LimitBroker {
  const workers = new Set<number>();
  /** Parts that each place has received, minus those that it has given. */
  const balances = new Map<number, Map<string, Balance>>();
  const asks = new Map<number, Ask>();
  /** The places that have asked in vain, by limit; the one that has waited longest comes first. */
  const wishes = new Map<string, { readonly limit: DividedLimit; readonly places: Set<number> }>();
  let count = 0;

  function joined(place: number): void {
    workers.add(place);
    for (const { limit, parts } of balances.get(place)?.values() ?? []) {
      if (parts !== 0) deliver(place, { limit, parts });
    }
    askAgain();
  }

  /** A place has changed hands, and with it what it held: asks anew for every place that waits. */
  function askAgain(): void {
    for (const { limit, places } of wishes.values()) for (const waiting of places) ask(waiting, limit);
  }

  function ask(asker: number, limit: DividedLimit): void {
    if (takeFromAbsent(asker, limit) > 0) return;
    askPlaces(
      asker,
      limit,
      [...workers].filter((place) => place !== asker),
    );
  }

  function askPlaces(asker: number, limit: DividedLimit, places: readonly number[]): void {
    const ask = (count += 1);
    // A worker that is still starting does not know yet what its place has given away.
    const missing = new Set(places.filter((place) => workers.has(place)));
    const timer = setTimeout(() => refuse(asker, limit), patienceMs);
    const asked: Ask = { asker, limit, missing, timer, received: false };
    asks.set(ask, asked);
    for (const place of missing) tell(place, { type: 'spare-limit', ask, limit });
    settle(ask, asked);
  }

  /** What the places without a worker hold is unused. */
  function takeFromAbsent(asker: number, limit: DividedLimit): number {
    let taken = 0;
    for (let place = 0; place < processes; place += 1) {
      if (place === asker || workers.has(place)) continue;
      const parts = firstShare(limit, { place, processes }) + balanceAt(place, limit).parts;
      if (parts < 1) continue;
      taken += parts;
      move(place, asker, { limit, parts });
    }
    return taken;
  }

  function spared(
    place: number,
    { ask, limit, parts }: Extract<AboutLimits, { type: 'limit-spared' }>,
  ): void {
    const asked = asks.get(ask);
    if (!asked) return;
    if (parts > 0) {
      asked.received = true;
      if (workers.has(asked.asker)) {
        move(place, asked.asker, { limit, parts });
        remind(place, limit);
      } else given(place, { limit, parts });
    }
    asked.missing.delete(place);
    settle(ask, asked);
  }

  function settle(ask: number, { asker, limit, missing, timer, received }: Ask): void {
    if (received) clearTimeout(timer);
    if (missing.size > 0) return;
    clearTimeout(timer);
    asks.delete(ask);
    if (!received) refuse(asker, limit);
  }

  function refuse(asker: number, limit: DividedLimit): void {
    if (!workers.has(asker)) return;
    const key = limitKey(limit);
    const wish = wishes.get(key) ?? { limit, places: new Set() };
    wishes.set(key, wish);
    wish.places.add(asker);
    deliver(asker, { limit, parts: 0 });
  }

  /** Passes parts on to the place that has waited longest, or back. */
  function given(giver: number, { limit, parts }: Balance): void {
    const places = wishes.get(limitKey(limit))?.places;
    const [next = giver] = places ?? [];
    places?.delete(next);
    move(giver, next, { limit, parts });
    remind(giver, limit);
  }

  /** A place that has given parts to one place is asked for the next one that waits, now and at its next free part. */
  function remind(giver: number, limit: DividedLimit): void {
    const waiting = [...(wishes.get(limitKey(limit))?.places ?? [])].find((place) => place !== giver);
    if (waiting !== undefined) askPlaces(waiting, limit, [giver]);
  }

  function move(from: number, to: number, { limit, parts }: Balance): void {
    balanceAt(from, limit).parts -= parts;
    balanceAt(to, limit).parts += parts;
    // A worker that is still starting receives all of its place's parts when it joins.
    if (workers.has(to)) deliver(to, { limit, parts });
  }

  function deliver(place: number, { limit, parts }: Balance): void {
    const places = wishes.get(limitKey(limit))?.places;
    const wanted = places !== undefined && places.size > Number(places.has(place));
    tell(place, { type: 'limit-parts', limit, received: { parts, wanted } });
  }

  function balanceAt(place: number, limit: DividedLimit): Balance {
    const key = limitKey(limit);
    const ofPlace = balances.get(place) ?? new Map<string, Balance>();
    balances.set(place, ofPlace);
    const balance = ofPlace.get(key) ?? { limit, parts: 0 };
    ofPlace.set(key, balance);
    return balance;
  }

  return {
    heard(place, message) {
      if (message.type === 'limits-wanted') joined(place);
      else if (message.type === 'limit-asked') ask(place, message.limit);
      else if (message.type === 'limit-spared') spared(place, message);
      else given(place, message);
    },
    left(place) {
      workers.delete(place);
      for (const [id, asked] of asks) if (asked.missing.delete(place)) settle(id, asked);
      for (const { places } of wishes.values()) places.delete(place);
      askAgain();
    },
  };
}

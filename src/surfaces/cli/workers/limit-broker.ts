import {
  firstShare,
  limitKey,
  type AskPurpose,
  type DividedLimit,
  type ReceivedParts,
} from '../../../core/limit-exchange.ts';
import type { Ms } from '../../../core/units.ts';
import type { AboutLimits, ToWorker } from './messages.ts';

/**
 * Moves parts of limits between the workers. A place outlives its worker: the replacement continues with what the place
 * had, so that no part is lost or doubled. Its parts of a minute rest until the requests that the dead worker may have
 * sent with them count no more.
 */
export type LimitBroker = {
  receive(place: number, message: AboutLimits): void;
  /** The worker at this place has died. */
  left(place: number): void;
};

/** A worker that does not answer within this time is not waited for; what it spares later is passed on. */
const patienceMs: Ms = 500;
/** A worker counts a request for up to a second more than a minute. */
const restMs: Ms = 61_000;

type Ask = {
  readonly asker: number;
  readonly limit: DividedLimit;
  readonly purpose: AskPurpose;
  readonly missing: Set<number>;
  readonly timer: NodeJS.Timeout;
  received: boolean;
  /** When the first part of the others becomes unused. */
  freeInMs: Ms;
};

/** `limit`: with the number that was last asked for. */
type Balance = { limit: DividedLimit; parts: number };

/** `processes`: the number of places. */
export function limitBroker(
  processes: number,
  send: (place: number, message: ToWorker) => void,
): LimitBroker {
  const workers = new Set<number>();
  /** Parts that each place has received, minus those that it has given. */
  const balances = new Map<number, Map<string, Balance>>();
  const asks = new Map<number, Ask>();
  /** The places that have asked in vain, by limit; the one that has waited longest comes first. */
  const wishes = new Map<string, { readonly limit: DividedLimit; readonly places: Set<number> }>();
  /** Parts of dead workers that rest, and until when. */
  const resting = new Set<{ readonly key: string; readonly until: Ms }>();
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
    for (const { limit, places } of wishes.values()) for (const waiting of places) askForMore(waiting, limit);
  }

  function ask(asker: number, limit: DividedLimit, purpose: AskPurpose): void {
    balanceAt(asker, limit).limit = limit;
    if (purpose === 'check') askPlaces({ asker, limit, purpose }, othersThan(asker));
    else askForMore(asker, limit);
  }

  function askForMore(asker: number, limit: DividedLimit): void {
    if (takeFromAbsent(asker, limit) > 0) return;
    askPlaces({ asker, limit, purpose: 'more' }, othersThan(asker));
  }

  function othersThan(asker: number): number[] {
    return [...workers].filter((place) => place !== asker);
  }

  function askPlaces(
    { asker, limit, purpose }: Pick<Ask, 'asker' | 'limit' | 'purpose'>,
    places: readonly number[],
  ): void {
    const ask = (count += 1);
    // A worker that is still starting does not know yet what its place has given away.
    const missing = new Set(places.filter((place) => workers.has(place)));
    const timer = setTimeout(() => refuse(asked), patienceMs);
    const asked: Ask = { asker, limit, purpose, missing, timer, received: false, freeInMs: Infinity };
    asks.set(ask, asked);
    for (const place of missing) send(place, { type: 'spare-limit', ask, limit, purpose });
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
    { ask, limit, spared: { parts, freeInMs = Infinity } }: Extract<AboutLimits, { type: 'limit-spared' }>,
  ): void {
    const asked = asks.get(ask);
    if (!asked) return;
    asked.freeInMs = Math.min(asked.freeInMs, freeInMs);
    if (parts < 0) move(place, asked.asker, { limit, parts });
    else if (parts > 0) {
      asked.received = true;
      if (workers.has(asked.asker)) {
        move(place, asked.asker, { limit, parts });
        remind(place, limit);
      } else given(place, { limit, parts });
    }
    asked.missing.delete(place);
    settle(ask, asked);
  }

  function settle(ask: number, asked: Ask): void {
    const { asker, limit, purpose, missing, timer, received } = asked;
    if (received) clearTimeout(timer);
    if (missing.size > 0) return;
    clearTimeout(timer);
    asks.delete(ask);
    if (purpose === 'more') {
      if (!received) refuse(asked);
    } else if (workers.has(asker)) deliver(asker, { limit, parts: 0 }, { checked: true });
  }

  function refuse({ asker, limit, purpose, freeInMs }: Ask): void {
    if (!workers.has(asker)) return;
    if (purpose === 'more') wish(asker, limit);
    const leastMs = Math.min(freeInMs, restsForMs(limit));
    deliver(asker, { limit, parts: 0 }, leastMs < Infinity ? { freeInMs: leastMs } : {});
  }

  function wish(asker: number, limit: DividedLimit): void {
    const key = limitKey(limit);
    const places = wishes.get(key)?.places ?? new Set();
    wishes.set(key, { limit, places: places.add(asker) });
  }

  /** How long the first resting part of the limit still rests. */
  function restsForMs(limit: DividedLimit): Ms {
    const key = limitKey(limit);
    const ends = [...resting].filter((one) => one.key === key).map(({ until }) => until);
    return Math.max(1, Math.min(...ends) - performance.now());
  }

  function rest(place: number, balance: Balance): void {
    const { limit } = balance;
    const parts = firstShare(limit, { place, processes }) + balance.parts;
    if (limit.kind !== 'rpm' || parts < 1) return;
    const pause = { key: limitKey(limit), until: performance.now() + restMs };
    resting.add(pause);
    balance.parts -= parts;
    setTimeout(() => {
      resting.delete(pause);
      balance.parts += parts;
      if (workers.has(place)) deliver(place, { limit: balance.limit, parts });
      askAgain();
    }, restMs).unref();
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
    if (waiting !== undefined) askPlaces({ asker: waiting, limit, purpose: 'more' }, [giver]);
  }

  function move(from: number, to: number, { limit, parts }: Balance): void {
    balanceAt(from, limit).parts -= parts;
    balanceAt(to, limit).parts += parts;
    // A worker that is still starting receives all of its place's parts when it joins.
    if (workers.has(to)) deliver(to, { limit, parts });
  }

  function deliver(
    place: number,
    { limit, parts }: Balance,
    about: Pick<ReceivedParts, 'checked' | 'freeInMs'> = {},
  ): void {
    const places = wishes.get(limitKey(limit))?.places;
    const wanted = places !== undefined && places.size > Number(places.has(place));
    send(place, { type: 'limit-parts', limit, received: { parts, wanted, ...about } });
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
    receive(place, message) {
      if (message.type === 'limits-wanted') joined(place);
      else if (message.type === 'limit-asked') ask(place, message.limit, message.purpose);
      else if (message.type === 'limit-spared') spared(place, message);
      else given(place, message);
    },
    left(place) {
      workers.delete(place);
      for (const balance of balances.get(place)?.values() ?? []) rest(place, balance);
      for (const [id, asked] of asks) if (asked.missing.delete(place)) settle(id, asked);
      for (const { places } of wishes.values()) places.delete(place);
      askAgain();
    },
  };
}

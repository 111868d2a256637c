import type { Ms } from './units.ts';

/** A configured limit that several processes keep together. */
export type DividedLimit = {
  /** The deployment's id. */
  readonly deployment: string;
  readonly kind: 'rpm' | 'concurrency';
  /** The whole limit. */
  readonly of: number;
};

/**
 * Passes permits of limits between the processes that keep them together. A permit is one concurrent request, or one
 * request a minute. A permit is at one process at a time, so that all processes together never exceed a limit.
 */
export type LimitExchange = {
  /** The number of this process, from 0. */
  readonly place: number;
  readonly processes: number;
  /** Asks the other processes; `used`: the permits in use here. The answer comes to `receive`. */
  ask(limit: DividedLimit, purpose: AskPurpose, used: number): void;
  /** Gives permits to a process that has asked in vain; if there is none, they come back. */
  give(limit: DividedLimit, permits: number): void;
  connect(holder: LimitHolder): void;
};

/**
 * `more`: for permits that the others do not use. `check`: whether the others use more than they hold, as by calls that
 * began before the limit was configured; unused permits of the asker cover those. A process neither uses nor spares
 * permits that it has not checked: so whoever begins a call knows that no other one is above the limit.
 */
export type AskPurpose = 'more' | 'check';

/** What a process does with permits that it receives, and if others ask for some. */
export type LimitHolder = {
  receive(limit: DividedLimit, received: ReceivedPermits): void;
  /** How many permits are in use here, for a process that checks the limit. */
  used(limit: DividedLimit): number;
  /** Takes unused permits from this process, which checks them first. */
  spare(limit: DividedLimit): Promise<SparedPermits>;
};

export type ReceivedPermits = {
  /** 0: nothing is unused elsewhere. Negative: they cover what others use. */
  readonly permits: number;
  /** A further process has asked in vain and waits for a permit. */
  readonly wanted: boolean;
  /** None of the others uses more than it holds now, as far as they have answered a `check` in time. */
  readonly checked?: true;
  /** Nobody has checked these permits: the process that held them has died. */
  readonly unchecked?: true;
  /** No answer: permits that cover what a process uses have moved to it from one that checked the limit. */
  readonly covering?: true;
  /** With 0 permits: when the next permit elsewhere becomes unused. Absent: unknown. */
  readonly freeInMs?: Ms;
};

export type SparedPermits = {
  readonly permits: number;
  /** With 0 permits: when a permit of this process becomes unused. Absent: unknown. */
  readonly freeInMs?: Ms;
};

/** The same for a limit whose number has been changed: its permits stay where they are. */
export function limitKey({ deployment, kind }: DividedLimit): string {
  return `${kind} ${deployment}`;
}

/** What a process holds of a limit at first: an equal share. What cannot be divided is at other places for each limit. */
export function firstShare(
  limit: DividedLimit,
  { place, processes }: Pick<LimitExchange, 'place' | 'processes'>,
): number {
  const left = limit.of % processes;
  if (left === 0) return limit.of / processes;
  const key = limitKey(limit);
  let first = 0;
  for (let at = 0; at < key.length; at += 1) first = (first * 31 + key.charCodeAt(at)) % 65_521;
  return Math.floor(limit.of / processes) + ((first + place) % processes < left ? 1 : 0);
}

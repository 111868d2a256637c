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
 * Passes parts of limits between the processes that keep them together. A part is one concurrent request, or one
 * request a minute. A part is at one process at a time, so that all processes together never exceed a limit.
 */
export type LimitExchange = {
  /** The number of this process, from 0. */
  readonly place: number;
  readonly processes: number;
  /** Asks the other processes. The answer comes to `receive`. */
  ask(limit: DividedLimit, purpose: AskPurpose): void;
  /** Gives parts to a process that has asked in vain; if there is none, they come back. */
  give(limit: DividedLimit, parts: number): void;
  connect(holder: LimitHolder): void;
};

/**
 * `more`: for parts that the others do not use. `check`: whether the others use more than they hold, as by calls that
 * began before the limit was configured. A process checks before it uses its first share.
 */
export type AskPurpose = 'more' | 'check';

/** What a process does with parts that it receives, and if others ask for some. */
export type LimitHolder = {
  receive(limit: DividedLimit, received: ReceivedParts): void;
  /** Takes unused parts from this process. */
  spare(limit: DividedLimit, purpose: AskPurpose): SparedParts;
};

export type ReceivedParts = {
  /** 0: nothing is unused elsewhere. Negative: others hold these parts now. */
  readonly parts: number;
  /** A further process has asked in vain and waits for a part. */
  readonly wanted: boolean;
  /** All others have answered a `check`. */
  readonly checked?: true;
  /** With 0 parts: when the next part elsewhere becomes unused. Absent: unknown. */
  readonly freeInMs?: Ms;
};

export type SparedParts = {
  /** Negative: the process uses so many more than it held, and holds them now. */
  readonly parts: number;
  /** With 0 parts: when a part of this process becomes unused. Absent: unknown. */
  readonly freeInMs?: Ms;
};

/** The same for a limit whose number has been changed: its parts stay where they are. */
export function limitKey({ deployment, kind }: DividedLimit): string {
  return `${kind} ${deployment}`;
}

/** What a process holds of a limit at first: an equal part. What cannot be divided is at other places for each limit. */
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

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
  /** Asks the others for parts that they do not use. The answer comes to `receive`. */
  ask(limit: DividedLimit): void;
  /** Gives parts to a process that has asked in vain; if there is none, they come back. */
  give(limit: DividedLimit, parts: number): void;
  connect(holder: LimitHolder): void;
};

/** What a process does with parts that it receives, and if others ask for some. */
export type LimitHolder = {
  receive(limit: DividedLimit, received: ReceivedParts): void;
  /** Takes unused parts from this process, and returns how many. */
  spare(limit: DividedLimit): number;
};

export type ReceivedParts = {
  /** 0: nothing is unused elsewhere. Negative: the place of this process has given parts away before. */
  readonly parts: number;
  /** A further process has asked in vain and waits for a part. */
  readonly wanted: boolean;
};

export function limitKey({ deployment, kind, of }: DividedLimit): string {
  return `${kind} ${of} ${deployment}`;
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

import type { Ms } from '../units.ts';

/** A file as it stood when somebody showed it. */
export type ThreadFile = { readonly path: string; readonly text: string };

/** One message of a thread: what a caller said, with the files shown, or what a model answered. */
export type ThreadTurn = {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly files: readonly ThreadFile[];
  readonly at: Ms;
  readonly tool?: string;
  /** The model that answered, and its ledger row. */
  readonly model?: string;
  readonly requestId?: string;
};

/** A conversation that continues across tools, models and processes. */
export type Thread = {
  readonly id: string;
  readonly keyId: string;
  /** The beginning of the first message. */
  readonly title: string;
  readonly createdAt: Ms;
  readonly updatedAt: Ms;
  readonly expiresAt: Ms;
  /** The model that answered last. */
  readonly model?: string;
  readonly turns: readonly ThreadTurn[];
};

export type ThreadSummary = Omit<Thread, 'turns'> & { readonly turns: number };

/**
 * Threads by key: nobody sees, continues or deletes another key's. What `append` has resolved for survives a kill.
 * A thread that has expired does not exist any more, whether its rows are gone yet or not.
 */
export interface ThreadStore {
  /** Makes the thread where it is new, adds the turns in their order and moves its expiry. */
  append(thread: Omit<Thread, 'turns'>, turns: readonly ThreadTurn[]): Promise<void>;
  read(id: string, options: { readonly keyId: string; readonly now: Ms }): Promise<Thread | undefined>;
  /** The latest first. */
  list(options: {
    readonly keyId: string;
    readonly now: Ms;
    readonly limit: number;
  }): Promise<ThreadSummary[]>;
  remove(id: string, options: { readonly keyId: string }): Promise<boolean>;
  /** Deletes what has expired; returns how many threads. */
  removeExpired(now: Ms): Promise<number>;
}

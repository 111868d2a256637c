import type { Ms } from '../units.ts';

/** A file as it was when the caller attached it. */
export type ThreadFile = { readonly path: string; readonly text: string };

/** One message of a thread: a caller's text with its attached files, or a model's answer. */
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
  /** Only local models may see it. Default: `false`; once set, it stays. */
  readonly localOnly?: boolean;
  readonly turns: readonly ThreadTurn[];
};

export type ThreadSummary = Omit<Thread, 'turns'> & { readonly turns: number };

/**
 * Threads by key: no key can see, continue or delete another key's threads. What `append` has resolved for survives a
 * kill. An expired thread no longer exists, even if its rows have not been deleted yet.
 */
export interface ThreadStore {
  /** Creates the thread if it is new, adds the turns in their order and extends its expiry. */
  append(thread: Omit<Thread, 'turns'>, turns: readonly ThreadTurn[]): Promise<void>;
  read(id: string, options: { readonly keyId: string; readonly now: Ms }): Promise<Thread | undefined>;
  /** The latest first. */
  list(options: {
    readonly keyId: string;
    readonly now: Ms;
    readonly limit: number;
  }): Promise<ThreadSummary[]>;
  remove(id: string, options: { readonly keyId: string }): Promise<boolean>;
  /** Deletes expired threads; returns how many. */
  removeExpired(now: Ms): Promise<number>;
}

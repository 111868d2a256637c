import { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';

/** The result of one piece of work of a batch. */
export type Settled =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

export type GroupCommitOptions<Work> = {
  /** Does the whole batch in one transaction and resolves after its commit, with one result for each piece of work. */
  readonly commit: (batch: readonly Work[]) => Promise<readonly Settled[]>;
  readonly maxBatch: number;
  /** The minimum time between commits while several writers are active; a single writer never waits. */
  readonly spacingMs: () => Ms;
};

type Entry<Work> = {
  readonly work: Work;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/** Groups concurrent writes into shared transactions: a commit costs several times as much as a row. */
export class GroupCommit<Work> {
  readonly #options: GroupCommitOptions<Work>;
  #queue: Entry<Work>[] = [];
  #scheduled = false;
  #committing: Promise<void> | undefined;
  #lastCommitAt = -Infinity;
  #lastBatch = 0;
  #closed = false;

  constructor(options: GroupCommitOptions<Work>) {
    this.#options = options;
  }

  /** Resolves with the work's result once it is committed. */
  add(work: Work): Promise<unknown> {
    if (this.#closed) return Promise.reject(new ConclaveError('storage', 'The store is closed.'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ work, resolve, reject });
      this.#schedule();
    });
  }

  /** Commits what is queued and accepts nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#queue.length > 0 || this.#committing) await (this.#committing ?? this.#commitNext());
  }

  #schedule(): void {
    if (this.#scheduled || this.#committing) return;
    this.#scheduled = true;
    const run = () => {
      this.#scheduled = false;
      if (!this.#committing && this.#queue.length > 0) void this.#commitNext();
    };
    const waitMs = this.#lastCommitAt + this.#options.spacingMs() - performance.now();
    const loaded = this.#lastBatch > 1;
    if (loaded && waitMs > 0 && this.#queue.length < this.#options.maxBatch) setTimeout(run, waitMs);
    else setImmediate(run);
  }

  #commitNext(): Promise<void> {
    const batch = this.#queue.splice(0, this.#options.maxBatch);
    this.#lastBatch = batch.length;
    this.#committing = this.#settle(batch).finally(() => {
      this.#committing = undefined;
      this.#lastCommitAt = performance.now();
      if (this.#queue.length > 0) this.#schedule();
    });
    return this.#committing;
  }

  async #settle(batch: readonly Entry<Work>[]): Promise<void> {
    try {
      const results = await this.#options.commit(batch.map(({ work }) => work));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result?.ok) resolve(result.value);
        else reject(result?.error);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

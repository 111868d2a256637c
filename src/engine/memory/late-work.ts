import { settledWithin } from '../../core/streams/settled-within.ts';
import type { Ms } from '../../core/units.ts';

/** Work that goes on after its caller has the answer: scores, and answers for the caches. */
export class LateWork {
  readonly #running = new Set<Promise<void>>();

  /** Keeps track of work, which handles its own failures. */
  add(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  /** Resolves when all of it is done, so that the store may be closed; a scorer that never ends is not waited for. */
  async end(patienceMs: Ms = 5_000): Promise<void> {
    await settledWithin(this.#running, patienceMs);
  }
}

import type { Worker } from 'node:cluster';
import type { Ms } from '../../../core/units.ts';

const everyMs: Ms = 5_000;
/** A minute. Nothing occupies an event loop that long, not even on a loaded machine. */
const mostUnanswered = 12;

/**
 * Finds the workers that hang: those that leave the primary process's question unanswered for a minute. It is counted in
 * the turns of the primary process, not by a clock. A suspended machine or a stalled primary process makes at most one
 * turn more, however long it takes, and what the workers have answered meanwhile is read before the next one.
 */
export class HungWorkers {
  /** How often each was asked, or would have been, since its last answer. */
  readonly #unanswered = new Map<Worker, number>();
  readonly #ask: (worker: Worker) => void;
  readonly #found: (hung: Worker) => void;

  /** `found` is called once for each worker that hangs. */
  constructor(ask: (worker: Worker) => void, found: (hung: Worker) => void) {
    this.#ask = ask;
    this.#found = found;
    setInterval(() => this.#turn(), everyMs).unref();
  }

  /** The worker serves, and so can answer. */
  watch(worker: Worker): void {
    this.#unanswered.set(worker, 0);
  }

  answered(worker: Worker): void {
    if (this.#unanswered.has(worker)) this.#unanswered.set(worker, 0);
  }

  left(worker: Worker): void {
    this.#unanswered.delete(worker);
  }

  #turn(): void {
    for (const [worker, unanswered] of this.#unanswered) {
      if (unanswered === mostUnanswered) {
        this.#unanswered.delete(worker);
        this.#found(worker);
        continue;
      }
      // One question waits for its answer at a time, so they do not pile up.
      if (unanswered === 0) this.#ask(worker);
      this.#unanswered.set(worker, unanswered + 1);
    }
  }
}

import type { Worker } from 'node:cluster';
import type { Ms } from '../../../core/units.ts';

const everyMs: Ms = 5_000;
/** A minute. Nothing occupies an event loop that long, not even on a loaded machine. */
const mostUnanswered = 12;
/** Five minutes: many times what a start takes that need not bring a large ledger up to date. */
const mostToStart = 60;

/**
 * Finds the workers that hang: those that leave the primary process's question unanswered for a minute, and those that
 * do not serve five minutes after their start. It is counted in the turns of the primary process, not by a clock. A
 * suspended machine or a stalled primary process makes at most one turn more, however long it takes, and what the workers
 * have answered meanwhile is read before the next one.
 */
export class HungWorkers {
  /** For how many turns each has been starting. */
  readonly #starting = new Map<Worker, number>();
  /** How often each was asked, or would have been, since its last answer. */
  readonly #unanswered = new Map<Worker, number>();
  readonly #ask: (worker: Worker) => void;
  readonly #found: (hung: Worker, when: 'starting' | 'serving') => void;

  /** `found` is called once for each worker that hangs. */
  constructor(ask: (worker: Worker) => void, found: (hung: Worker, when: 'starting' | 'serving') => void) {
    this.#ask = ask;
    this.#found = found;
    setInterval(() => this.#turn(), everyMs).unref();
  }

  starts(worker: Worker): void {
    this.#starting.set(worker, 0);
  }

  /** The worker can answer. */
  serves(worker: Worker): void {
    this.#starting.delete(worker);
    this.#unanswered.set(worker, 0);
  }

  answered(worker: Worker): void {
    if (this.#unanswered.has(worker)) this.#unanswered.set(worker, 0);
  }

  left(worker: Worker): void {
    this.#starting.delete(worker);
    this.#unanswered.delete(worker);
  }

  #turn(): void {
    for (const [worker, turns] of this.#starting) {
      this.#starting.set(worker, turns + 1);
      if (turns === mostToStart) this.#found(worker, 'starting');
    }
    for (const [worker, unanswered] of this.#unanswered) {
      if (unanswered === mostUnanswered) {
        this.#unanswered.delete(worker);
        this.#found(worker, 'serving');
        continue;
      }
      // One question waits for its answer at a time, so they do not pile up.
      if (unanswered === 0) this.#ask(worker);
      this.#unanswered.set(worker, unanswered + 1);
    }
  }
}

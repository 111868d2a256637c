import type { Ms } from '../units.ts';
import { LiveList, type Listed } from './live-list.ts';

/** Something that must make progress before its deadline. */
export type Expecting = Listed & {
  /** In the time of its `Deadlines`. */
  deadline: Ms;
  expire(): void;
};

const tickMs: Ms = 20;

/**
 * One timer and one coarse clock for everything that waits: a deadline moves with every chunk, and a timer or a clock
 * reading for each would cost too much. A deadline never fires early, and fires at most two ticks late.
 */
export class Deadlines {
  readonly #members = new LiveList<Expecting>();
  #now: Ms = 0;
  #timer: NodeJS.Timeout | undefined;

  watch(member: Expecting): void {
    this.#members.add(member);
    if (this.#timer) return;
    this.#now = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  forget(member: Expecting): void {
    this.#members.remove(member);
  }

  /** Returns the deadline that is `ms` away. */
  after(ms: Ms): Ms {
    return this.#now + tickMs + ms;
  }

  #tick(): void {
    this.#now = performance.now();
    if (this.#members.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    // If this process was busy, bytes that arrived in time may still wait in their sockets. They are read first.
    setImmediate(() => {
      for (const member of this.#members.all()) if (member.deadline <= this.#now) member.expire();
    });
  }
}

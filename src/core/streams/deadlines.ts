import type { Ms } from '../units.ts';
import { LiveList, type Listed } from './live-list.ts';

/** Something that must make progress before its deadline. */
export type Expecting = Listed & {
  /** On the clock of its `Deadlines`. */
  deadline: Ms;
  expire(): void;
};

const tickMs: Ms = 20;

/**
 * One timer and one coarse clock for all that waits: a deadline moves with every chunk, and neither a timer nor a look
 * at the clock may be spent on that. A deadline is never missed early, and late by at most two ticks.
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

  /** The deadline that is `ms` away. */
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
    // After a busy moment of our own, bytes that came in time still wait in their sockets. They are read first.
    setImmediate(() => {
      for (const member of this.#members.all()) if (member.deadline <= this.#now) member.expire();
    });
  }
}

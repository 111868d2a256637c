import type { Ms } from '../../../core/units.ts';

const bucketMs = 1_000;
const minuteMs = 60_000;
/** A minute that begins within a second touches sixty-one seconds. */
const bucketCount = 61;

/**
 * What was used in the last sixty seconds, in one bucket per second. No minute ever exceeds a limit that is checked
 * here, as with a log of every call, but in constant memory; the price is that room becomes free up to a second late.
 * (A fixed window or a full token bucket allows twice the limit within a minute; a weighted pair of windows estimates.)
 * Buckets are plain sums, so that a store shared by several machines can keep them too.
 */
export class MinuteWindow {
  /** Slot `second % 61` counts that second if `#seconds` contains it, and is stale otherwise. */
  readonly #seconds = new Float64Array(bucketCount);
  readonly #amounts = new Float64Array(bucketCount);

  /** Counts an amount; a negative one takes back what was counted too much. */
  add(amount: number, now: Ms): void {
    const second = secondOf(now);
    const slot = second % bucketCount;
    this.#amounts[slot] = this.#amountOf(second) + amount;
    this.#seconds[slot] = second;
  }

  /** The sum of the last sixty seconds, and up to one more. */
  used(now: Ms): number {
    const second = secondOf(now);
    let used = 0;
    for (let at = second - bucketCount + 1; at <= second; at += 1) used += this.#amountOf(at);
    return used;
  }

  /** How long until `wanted` more fits below `limit`: 0 when it fits now, `Infinity` when it never will. */
  waitFor(wanted: number, limit: number, now: Ms): Ms {
    if (limit === Infinity) return 0;
    if (wanted > limit) return Infinity;
    let used = this.used(now);
    if (used + wanted <= limit) return 0;
    const second = secondOf(now);
    let leaving = second - bucketCount + 1;
    for (; leaving < second; leaving += 1) {
      used -= this.#amountOf(leaving);
      if (used + wanted <= limit) break;
    }
    return (leaving + 1) * bucketMs + minuteMs - now;
  }

  /** Whether nothing in it counts any more. */
  idle(now: Ms): boolean {
    const second = secondOf(now);
    return this.#seconds.every((counted) => counted <= second - bucketCount);
  }

  #amountOf(second: number): number {
    const slot = second % bucketCount;
    return this.#seconds[slot] === second ? (this.#amounts[slot] ?? 0) : 0;
  }
}

function secondOf(now: Ms): number {
  return Math.floor(now / bucketMs);
}

/** A credential's current rate limit: requests per minute. */
export type Standing = {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
  readonly resetAt: number;
};

/** Counts requests per credential in fixed windows of one minute, as many providers do. */
export class RateWindow {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #windows = new Map<string, { startedAt: number; count: number }>();

  constructor(limit: number | undefined, now: () => number) {
    this.#limit = limit ?? Infinity;
    this.#now = now;
  }

  /** Counts one request; returns `undefined` if the limit is used up. */
  take(credential: string): Standing | undefined {
    const now = this.#now();
    if (this.#limit === Infinity) return { ...generous, resetAt: now + generous.resetMs };
    const before = this.#windows.get(credential);
    const window = before && now - before.startedAt < minute ? before : { startedAt: now, count: 0 };
    this.#windows.set(credential, window);
    if (window.count >= this.#limit) return undefined;
    window.count += 1;
    const resetAt = window.startedAt + minute;
    return { limit: this.#limit, remaining: this.#limit - window.count, resetMs: resetAt - now, resetAt };
  }

  /** Returns the seconds until the credential may send requests again. */
  waitSeconds(credential: string): number {
    const startedAt = this.#windows.get(credential)?.startedAt ?? this.#now();
    return Math.max(1, Math.ceil((startedAt + minute - this.#now()) / 1000));
  }

  clear(): void {
    this.#windows.clear();
  }
}

const minute = 60_000;

/** The limits that headers report if none is configured. */
const generous = { limit: 10_000, remaining: 9_999, resetMs: 6 };

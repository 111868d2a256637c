import type { Ms } from '../../../core/units.ts';

/**
 * Keeps calls away from a deployment that fails repeatedly. When its rest is over, one call is the probe: other calls
 * stay away until it is answered, or for another, longer rest.
 */
export class CircuitBreaker {
  #failures = 0;
  /** When the latest of the failed calls was sent. */
  #failedSentAt: Ms = 0;
  /** A failure of a call sent before that is ignored: more recent calls have shown how the deployment is. */
  #judgedFrom: Ms = 0;
  /** 0: closed. */
  #restMs: Ms = 0;
  #openUntil: Ms = 0;
  #probedAt: Ms | undefined;

  /** Calls go elsewhere until then; 0 if it is closed. */
  get openUntil(): Ms {
    return this.#openUntil;
  }

  failed({ sentAt, at }: { readonly sentAt: Ms; readonly at: Ms }): void {
    if (sentAt < this.#judgedFrom) return;
    this.#failures += 1;
    this.#failedSentAt = Math.max(this.#failedSentAt, sentAt);
    if (this.#failures < maxFailures) return;
    if (this.#restMs === 0) {
      this.#restMs = rest.first;
      this.#judgedFrom = at;
    }
    this.#probedAt = undefined;
    this.#openUntil = Math.max(this.#openUntil, at + this.#restMs);
  }

  /** Closes the breaker, unless the answered call was sent before a failed one. */
  succeeded(sentAt: Ms): void {
    if (this.#restMs > 0) {
      if (sentAt <= this.#failedSentAt) return;
      this.#judgedFrom = sentAt;
    }
    this.#failures = 0;
    this.#restMs = 0;
    this.#openUntil = 0;
    this.#probedAt = undefined;
  }

  /** A call is about to be sent. The first one after a rest is the probe; the next rest begins with it. */
  asking(at: Ms): void {
    if (this.#restMs === 0 || at < this.#openUntil) return;
    this.#restMs = Math.min(rest.longest, this.#restMs * 2);
    this.#openUntil = at + this.#restMs;
    this.#probedAt = at;
    this.#judgedFrom = at;
  }

  /**
   * A call ended in a way that says nothing about the deployment. If it was the probe, another one may soon replace it.
   */
  undecided(sentAt: Ms, at: Ms): void {
    if (this.#probedAt === undefined || sentAt < this.#probedAt) return;
    this.#probedAt = undefined;
    this.#restMs = Math.max(rest.first, this.#restMs / 2);
    this.#openUntil = Math.min(this.#openUntil, at + nextProbeMs);
  }
}

/** Consecutive failures that open it. */
const maxFailures = 5;
/** How long it stays open: at first, and at most, after several failed probes. */
const rest: { readonly first: Ms; readonly longest: Ms } = { first: 15_000, longest: 60_000 };
/** Callers who give up at once must not keep other calls from probing, nor make all of them probe. */
const nextProbeMs: Ms = 1_000;

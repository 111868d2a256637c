import type { Deployment } from '../../../core/deployment.ts';
import type { Ms, Tokens } from '../../../core/units.ts';
import { afterAnswer, afterRefusal, type LearnedConcurrency } from './learned-concurrency.ts';
import { MinuteWindow } from './minute-window.ts';
import { adoptShared, consumeReported, isSpent, type ReportedLimits } from './reported-limits.ts';

/** Typical duration of an answer, until one has been seen. */
export const usualHoldMs: Ms = 1_000;
/** Weight of a new answer in the average. */
const decay = 0.1;

/** What is in use at one deployment, and what its provider's answers and refusals say about its limits. */
export class LoadState {
  /** The deployment as it was configured when it was last asked; absent: only other processes have asked it. */
  deployment: Deployment | undefined;
  inFlight = 0;
  /** Answers so far. */
  answered = 0;
  /** Moving average of how long an answer keeps its slot. */
  holdMs: Ms = usualHoldMs;
  requests: MinuteWindow | undefined;
  tokens: MinuteWindow | undefined;
  readonly reported: ReportedLimits = { received: undefined };
  #learned: LearnedConcurrency | undefined;

  /** Allowed concurrent calls by the provider's refusals; `Infinity`: no limit is known. */
  get learnedSlots(): number {
    return Math.floor(this.#learned?.limit ?? Infinity);
  }

  /** If it is forgotten, at most the provider's last report is lost. */
  get isIdle(): boolean {
    return this.inFlight === 0 && !this.requests && !this.tokens;
  }

  /** Takes over what the deployment is configured with now. */
  configure(deployment: Deployment): void {
    const { limits } = deployment;
    this.deployment = deployment;
    adoptShared(this.reported, deployment);
    if (limits?.rpm !== undefined) this.requests ??= new MinuteWindow();
    if (limits?.tpm !== undefined) this.tokens ??= new MinuteWindow();
  }

  /** A call of about `tokens` begins. */
  began(tokens: Tokens, at: Ms): void {
    this.inFlight += 1;
    this.requests?.add(1, at);
    this.tokens?.add(tokens, at);
    consumeReported(this.reported, tokens);
  }

  /** A call is over. */
  ended(): void {
    this.inFlight -= 1;
  }

  /** A call that is still counted was answered after `heldMs`. */
  succeeded(heldMs: Ms, at: Ms): void {
    this.answered += 1;
    this.holdMs += decay * (heldMs - this.holdMs);
    this.#learned = afterAnswer(this.#learned, this.inFlight, at);
  }

  /**
   * A call that is no longer counted was refused while `others` were in progress. Returns whether that says how many
   * the provider accepts at once: a refusal that a spent limit explains does not.
   */
  refused({
    tokens,
    others,
    at,
  }: {
    readonly tokens: Tokens;
    readonly others: number;
    readonly at: Ms;
  }): boolean {
    if (isSpent(this.reported, tokens, at)) return false;
    this.#learned = afterRefusal(this.#learned, others, at);
    return true;
  }

  /** Forgets the number of calls that the provider accepted with another key or at another address. */
  forgetLearned(): void {
    this.#learned = undefined;
  }
}

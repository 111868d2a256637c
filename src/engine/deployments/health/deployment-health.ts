import type { Bench } from '../../../core/stores/bench.ts';
import type { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { Ms } from '../../../core/units.ts';
import type { AskedDeployments } from '../asked-deployments.ts';
import type { Benches } from './benches.ts';
import { refusalOf } from './refusal.ts';

type HealthOptions = {
  readonly askedDeployments: AskedDeployments;
  readonly benches: Benches;
  readonly now: () => Ms;
  /** Shares a long bench, or its end, with other processes. Default: nothing is shared. */
  readonly publish?: (bench: Bench) => void;
};

/**
 * Which deployments calls should avoid at the moment: refused ones, and those whose breaker is open. That only reorders
 * candidates; it never forbids a try.
 */
export class DeploymentHealth {
  readonly #askedDeployments: AskedDeployments;
  readonly #benches: Benches;
  readonly #now: () => Ms;
  readonly #publish: (bench: Bench) => void;
  /** When the last breaker's rest ends. */
  #lastRestEnd: Ms = 0;

  constructor({ askedDeployments, benches, now, publish = () => undefined }: HealthOptions) {
    this.#askedDeployments = askedDeployments;
    this.#benches = benches;
    this.#now = now;
    this.#publish = publish;
  }

  /** No deployment is benched. `false`: one may be. */
  get allHealthy(): boolean {
    return this.#lastEnd <= this.#now();
  }

  /** Whether calls should go elsewhere at the moment. */
  isBenched(deployment: Deployment): boolean {
    if (this.#lastEnd === 0) return false;
    const until = this.benchedUntil(deployment);
    // Called for each of a hundred candidates: reading the clock costs more than the lookups.
    return until > 0 && until > this.#now();
  }

  /** When calls may go to the deployment again; 0 if it has not been benched, and a past time if they may already. */
  benchedUntil(deployment: Deployment): Ms {
    const openUntil = this.#askedDeployments.get(deployment.id)?.breaker.openUntil ?? 0;
    return Math.max(openUntil, this.#benches.until(deployment));
  }

  /**
   * A call is about to be sent: after a breaker's rest it is the probe, and others go elsewhere until it is answered.
   */
  asking(deployment: Deployment): void {
    const breaker = this.#askedDeployments.get(deployment.id)?.breaker;
    if (!breaker || breaker.openUntil === 0) return;
    breaker.asking(this.#now());
    this.#restsUntil(breaker.openUntil);
  }

  /** The first content of an answer to a call that was sent at `sentAt` has arrived: ends benches from before that. */
  succeeded(deployment: Deployment, sentAt: Ms): void {
    const state = this.#askedDeployments.of(deployment);
    state.breaker.succeeded(sentAt);
    const ended = this.#benches.answered(deployment, sentAt);
    if (ended) this.#publish(ended);
    if (this.isBenched(deployment)) return;
    state.lastError = undefined;
  }

  /** A call that was sent at `sentAt` ended in a way that says nothing about the deployment. */
  undecided(deployment: Deployment, sentAt: Ms): void {
    this.#askedDeployments.get(deployment.id)?.breaker.undecided(sentAt, this.#now());
  }

  /** A call that was sent at `sentAt` failed. */
  failed(deployment: Deployment, error: ConclaveError, sentAt: Ms): void {
    const at = this.#now();
    const state = this.#askedDeployments.of(deployment);
    state.lastError = error.code;
    const refusal = refusalOf(error);
    if (!refusal) {
      state.breaker.failed({ sentAt, at });
      this.#restsUntil(state.breaker.openUntil);
      return;
    }
    const bench = this.#benches.refused(deployment, { ...refusal, code: error.code });
    if (bench) this.#publish(bench);
  }

  /** When the last bench or breaker's rest ends; 0 if there has been none, or answers have ended them all. */
  get #lastEnd(): Ms {
    return Math.max(this.#benches.lastEnd, this.#lastRestEnd);
  }

  #restsUntil(openUntil: Ms): void {
    this.#lastRestEnd = Math.max(this.#lastRestEnd, openUntil);
  }
}

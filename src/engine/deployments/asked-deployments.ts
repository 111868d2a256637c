import type { Deployment } from '../../core/deployment.ts';
import { BoundedStates } from '../../core/memories/bounded-states.ts';
import { CircuitBreaker } from './health/circuit-breaker.ts';
import { currentDeployments, type CurrentDeployments } from './current-deployments.ts';
import { DeploymentPace } from './pace/deployment-pace.ts';
import { hasMoved } from './has-moved.ts';

/** What the calls to one deployment have shown. */
export type AskedDeployment = {
  /** The deployment as it is configured now, or was when it was last asked. */
  deployment: Deployment;
  readonly breaker: CircuitBreaker;
  readonly pace: DeploymentPace;
  lastError: string | undefined;
};

/**
 * The deployments that have been asked, as long as they are configured with the same key and address: what was learned
 * about one key or address does not hold for another.
 */
export class AskedDeployments {
  readonly #current: CurrentDeployments;
  readonly #states = new BoundedStates<AskedDeployment>();

  /** `current`: the deployments of the configuration; absent: every deployment that is asked. */
  constructor(current: CurrentDeployments = currentDeployments()) {
    this.#current = current;
  }

  /** Changes whenever the set of asked deployments changes. */
  get membership(): number {
    return this.#states.membership;
  }

  get(id: string): AskedDeployment | undefined {
    return this.#states.get(id);
  }

  /** Returns where to note what a call has shown. A call from before a change of the configuration leaves no trace. */
  of(deployment: Deployment): AskedDeployment {
    const known = this.#states.get(deployment.id);
    if (known?.deployment === deployment) return known;
    if (this.#current.isOutdated(deployment)) return newState(deployment);
    if (!known) return this.#states.add(deployment.id, newState(deployment));
    known.deployment = deployment;
    return known;
  }

  values(): IterableIterator<AskedDeployment> {
    return this.#states.values();
  }

  /**
   * After a new configuration: forgets the deployments that it does not contain, or contains with another key or
   * address.
   */
  retain(): void {
    for (const state of this.#states.values()) {
      const configured = this.#current.of(state.deployment);
      if (configured && !hasMoved(state.deployment, configured)) state.deployment = configured;
      else this.#states.delete(state.deployment.id);
    }
  }
}

function newState(deployment: Deployment): AskedDeployment {
  return {
    deployment,
    breaker: new CircuitBreaker(),
    pace: new DeploymentPace(),
    lastError: undefined,
  };
}

import type { Deployment } from '../../../core/deployment.ts';
import type { Ms, Tokens } from '../../../core/units.ts';
import type { LoadState } from './load-state.ts';

/** A slot at a deployment, held from before it is asked until the end of its answer. */
export type Slot = {
  /** Releases the slot, once; `used` replaces the estimated tokens. `refused`: by a 429 of the provider. */
  leave(used?: Tokens, end?: 'answered' | 'refused'): void;
};

/** What a slot is taken for. */
type SlotUse = { readonly deployment: Deployment; readonly tokens: Tokens };

/** Whom a slot concerns besides its holder. */
export type SlotOwner = {
  now(): Ms;
  /** Whether an answer says nothing about what the provider accepts now, because it is that to a former key. */
  isOutdated(deployment: Deployment): boolean;
  /** The provider accepts fewer concurrent calls than was assumed. */
  slotsLost(deployment: Deployment): void;
  slotFreed(deployment: Deployment): void;
};

/** A slot that counts in its deployment's load until it is released. */
export class HeldSlot implements Slot {
  readonly #owner: SlotOwner;
  readonly #state: LoadState;
  readonly #use: SlotUse;
  readonly #takenAt: Ms;
  readonly #answeredBefore: number;
  #left = false;

  constructor(owner: SlotOwner, state: LoadState, use: SlotUse) {
    this.#owner = owner;
    this.#state = state;
    this.#use = use;
    this.#takenAt = owner.now();
    this.#answeredBefore = state.answered;
    state.began(use.tokens, this.#takenAt);
  }

  leave(used: Tokens = this.#use.tokens, end?: 'answered' | 'refused'): void {
    if (this.#left) return;
    this.#left = true;
    const { deployment, tokens } = this.#use;
    const state = this.#state;
    const at = this.#owner.now();
    const counted = end !== undefined && !this.#owner.isOutdated(deployment) ? end : undefined;
    if (counted === 'answered') state.succeeded(at - this.#takenAt, at);
    state.ended();
    if (counted === 'refused') {
      // On a busy machine, answers may be read before a refusal that arrived earlier.
      const others = state.inFlight + state.answered - this.#answeredBefore;
      if (state.refused({ tokens, others, at })) this.#owner.slotsLost(deployment);
    }
    if (used !== tokens) state.tokens?.add(used - tokens, at);
    this.#owner.slotFreed(deployment);
  }
}

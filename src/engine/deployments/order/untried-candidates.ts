import type { Candidate } from '../../../core/deployment.ts';

/** The candidates of a call that have not been tried yet, in order. */
export class UntriedCandidates {
  #left: readonly Candidate[];

  constructor(candidates: readonly Candidate[]) {
    this.#left = candidates;
  }

  get inOrder(): readonly Candidate[] {
    return this.#left;
  }

  get isEmpty(): boolean {
    return this.#left.length === 0;
  }

  /** Takes one of the candidates out, to try it. */
  take(candidate: Candidate): void {
    this.#left = this.#left.filter((one) => one !== candidate);
  }

  /** Removes those that will not be tried, and returns how many. */
  drop(isHopeless: (candidate: Candidate) => boolean): number {
    const before = this.#left.length;
    this.#left = this.#left.filter((one) => !isHopeless(one));
    return before - this.#left.length;
  }
}

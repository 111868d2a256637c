import { chance } from './chance.ts';
import { parseFault, type Fault } from './fault.ts';

/** What a fault applies to: `*`, a provider, a model, `provider/model`, or `key:` followed by the credential. */
export type FaultTarget = string;

/** The faults that are currently switched on, by target. */
export class FaultBoard {
  readonly #seed: number;
  readonly #faults = new Map<FaultTarget, { fault: Fault; struck: number }>();
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  set(target: FaultTarget, fault: Fault | string | undefined): void {
    if (fault === undefined) this.#faults.delete(target);
    else
      this.#faults.set(target, { fault: typeof fault === 'string' ? parseFault(fault) : fault, struck: 0 });
  }

  clear(): void {
    this.#faults.clear();
    this.#drawn = 0;
  }

  /**
   * Returns the fault that strikes this request, if any: the request's own first, then that of the narrowest target.
   */
  strike(request: {
    provider: string;
    model: string;
    credential: string | undefined;
    own: Fault | undefined;
  }): Fault | undefined {
    if (request.own) return this.#hits(request.own) ? request.own : undefined;
    if (this.#faults.size === 0) return undefined;
    const targets = [
      `key:${request.credential}`,
      `${request.provider}/${request.model}`,
      request.model,
      request.provider,
      '*',
    ];
    for (const target of targets) {
      const entry = this.#faults.get(target);
      if (!entry || entry.struck >= (entry.fault.times ?? Infinity) || !this.#hits(entry.fault)) continue;
      entry.struck += 1;
      return entry.fault;
    }
    return undefined;
  }

  #hits(fault: Fault): boolean {
    if (fault.probability === undefined) return true;
    this.#drawn += 1;
    return chance(this.#seed, 'fault', this.#drawn) < fault.probability;
  }
}

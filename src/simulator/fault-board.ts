import { chance } from './chance.ts';
import { parseFault, type Fault } from './fault.ts';

/** What a fault is tied to: `*`, a provider, a model, `provider/model`, or `key:` and the credential that is sent. */
export type FaultTarget = string;

/** The faults that are switched on at the moment, by target. */
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

  /** The fault that strikes this request, if one does: the request's own first, then the narrowest target's. */
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

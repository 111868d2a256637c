import type { Ms, NanoUsd } from '../../core/units.ts';
import type { Bookkeeping, Clock } from '../services.ts';
import type { MoneyLine } from './money-line.ts';

/** What has to know of held money: the metrics, and the calls that wait for money. */
export type Informed = Pick<Bookkeeping, 'observer'> & Clock & { readonly moneyLine: MoneyLine };

type Holding = { readonly keyId: string; readonly simulated: boolean; readonly amount: NanoUsd };

/** The money that an open row holds back. */
export class HeldMoney {
  readonly #informed: Informed;
  readonly #keyId: string;
  readonly #simulated: boolean;
  readonly #since: Ms;
  #amount = 0n;

  constructor(informed: Informed, { keyId, simulated, amount }: Holding) {
    this.#informed = informed;
    this.#keyId = keyId;
    this.#simulated = simulated;
    this.#since = informed.now();
    this.add(amount);
  }

  add(amount: NanoUsd): void {
    this.#amount += amount;
    this.#informed.observer.reserved(amount, this.#simulated);
  }

  /** The row is settled, or could not be: calls that wait for money may try again. */
  release(): void {
    this.#informed.observer.reserved(-this.#amount, this.#simulated);
    this.#informed.moneyLine.released(this.#keyId, { amount: this.#amount, since: this.#since });
  }
}

import { ConclaveError } from '../../core/errors.ts';
import type { OpenResult } from '../../core/stores/stores.ts';
import type { NanoUsd } from '../../core/units.ts';
import type { Intent } from '../row/intent.ts';
import type { Bookkeeping } from '../services.ts';
import { HeldMoney, type Informed } from './held-money.ts';

type Claim = NonNullable<Intent['drawsOn']>;

/** What pays for a call whose row is open. */
type Funds = {
  /** What it has claimed of a parent's reservation. */
  readonly claim: Claim | undefined;
  /** Its own reservation. */
  readonly money: HeldMoney;
};

type Payer = {
  readonly ledger: Pick<Bookkeeping['ledger'], 'holdMore'>;
  /** The row of the call. */
  readonly id: string;
  readonly keyId: string;
};

/** What pays for a call: its own reservation, a parent's, or both. */
export class CallFunds {
  readonly #informed: Informed;
  readonly #payer: Payer;
  /** Absent: the row is not open yet, or never was. */
  #funds: Funds | undefined;

  constructor(informed: Informed, payer: Payer) {
    this.#informed = informed;
    this.#payer = payer;
  }

  /** The row is open. */
  get isRowOpen(): boolean {
    return this.#funds !== undefined;
  }

  /** The row whose reservation pays for this call and its child calls: a parent's row or its own. */
  get reservationRow(): string {
    return this.#funds?.claim?.reservation.id ?? this.#payer.id;
  }

  /** The row has been opened. */
  opened({ drawsOn, reserved, simulated }: Intent): void {
    const { keyId } = this.#payer;
    const money = new HeldMoney(this.#informed, { keyId, simulated, amount: reserved });
    this.#funds = { claim: drawsOn, money };
  }

  /** The row could not be opened: what was claimed for it is given back. */
  refused({ drawsOn }: Intent): void {
    if (drawsOn) giveBack(drawsOn, 0n);
  }

  /** Reserves more, from the parent's reservation if it has enough left. */
  async holdMore(amount: NanoUsd): Promise<OpenResult> {
    const { ledger, id } = this.#payer;
    if (!this.#funds)
      throw new ConclaveError('internal', 'A call that is not open cannot hold a reservation.');
    const { claim, money } = this.#funds;
    if (claim && (claim.reservation.claim?.(amount) ?? true)) {
      this.#funds = { claim: { ...claim, amount: claim.amount + amount }, money };
      return { ok: true };
    }
    const result = await ledger.holdMore(id, amount);
    if (result.ok) money.add(amount);
    return result;
  }

  /** The call has ended: gives back what it claimed and did not spend. If its cost is unknown, it may have spent all. */
  spent(cost: NanoUsd | undefined): void {
    const claim = this.#funds?.claim;
    if (claim) giveBack(claim, cost ?? claim.amount);
  }

  /** The row is settled, or could not be: calls that wait for money may try again. */
  release(): void {
    this.#funds?.money.release();
  }
}

function giveBack({ reservation, amount }: Claim, spent: NanoUsd): void {
  if (spent < amount) reservation.giveBack?.(amount - spent);
}

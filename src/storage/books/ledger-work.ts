import { ConclaveError } from '../../core/errors.ts';
import type { IntentRow, Settlement } from '../../core/stores/ledger.ts';
import type { OpenResult, WouldBeIntent } from '../../core/stores/stores.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';
import type { Books, HeldCall, KeyAt, LedgerWork, UnreadBooks } from './books.ts';
import { refusingBudget } from './budget-check.ts';
import { knownCost } from './ledger-columns.ts';

/** Writes the intent and reserves its money, or returns the budget that refuses it. */
export function openWork(
  intent: IntentRow,
  { owner, unknownPrice }: { readonly owner: bigint; readonly unknownPrice: boolean },
): LedgerWork<OpenResult> {
  const { keyId, startedAt: at, simulated, reserved: amount } = intent;
  const account = { keyId, at, simulated };

  function write({ spending, insert }: Pick<UnreadBooks, 'spending' | 'insert'>): OpenResult {
    insert({ intent, owner, held: amount, unknownPrice });
    spending.move(account, { spent: 0n, reserved: amount });
    return { ok: true };
  }

  return {
    needs: { accounts: [account] },
    run(books) {
      const refusedBy = refusingBudget(books.spending.standings(account), { amount, unknownPrice });
      return refusedBy ? { ok: false, refusedBy } : write(books);
    },
    ...(!unknownPrice && {
      unread(books: UnreadBooks) {
        // Free calls are never refused.
        if (amount > 0n) books.assumeWithinBudgets(account);
        return write(books);
      },
    }),
  };
}

/** Returns what opening such an intent would return now. */
export function wouldOpenWork({
  keyId,
  startedAt: at,
  simulated,
  ...wanted
}: WouldBeIntent): LedgerWork<OpenResult> {
  return {
    needs: { accounts: [{ keyId, at }] },
    run({ spending }) {
      const refusedBy = refusingBudget(spending.standings({ keyId, at, simulated }), {
        amount: wanted.reserved,
        unknownPrice: wanted.unknownPrice,
      });
      return refusedBy ? { ok: false, refusedBy } : { ok: true };
    },
  };
}

/**
 * Reserves more for a running call of `payer`, in the window of its first reservation, or returns the budget that
 * refuses it; `undefined` if there is no such call. For a call that was presumed dead the budgets are asked, but nothing
 * is reserved: if its process really dies, nobody would release it.
 */
export function holdMoreWork(
  id: string,
  { payer, amount }: { readonly payer: KeyAt; readonly amount: NanoUsd },
): LedgerWork<OpenResult | undefined> {
  return {
    needs: { calls: [id], accounts: [payer] },
    run({ call, spending, hold }) {
      const held = call(id);
      if (!held) return undefined;
      if (held.state !== 'running' && held.state !== 'interrupted')
        throw new ConclaveError('internal', `There is no call ${id} under way.`);
      const account = { keyId: held.keyId, at: held.startedAt, simulated: held.simulated };
      const refusedBy = refusingBudget(spending.standings(account), { amount, unknownPrice: false });
      if (refusedBy) return { ok: false, refusedBy };
      if (held.state === 'interrupted') return { ok: true };
      hold(id, held.held + amount);
      spending.move(account, { spent: 0n, reserved: amount });
      return { ok: true };
    },
  };
}

/** Returns the content of a row that was just opened, so that it need not be read again to end the call. */
export function heldFromIntent(intent: IntentRow, unknownPrice: boolean): HeldCall {
  const { id, keyId, startedAt, simulated, reserved, inputEstimate, reservationId } = intent;
  return {
    id,
    keyId,
    startedAt,
    state: 'running',
    simulated,
    held: reserved,
    booked: 0n,
    inputEstimate,
    unknownPrice,
    ...(reservationId !== undefined && { reservationId }),
  };
}

/**
 * Ends a call; idempotent. A call that was presumed dead is ended again, at its real cost. Returns whether there is such
 * a call.
 */
export function settleWork(settlement: Settlement, opened?: HeldCall): LedgerWork<boolean> {
  const end = { cost: knownCost(settlement), simulated: settlement.simulated };
  return {
    needs: { calls: [settlement.id] },
    run(books) {
      if (opened && books.endUntouched?.(opened, settlement)) {
        book(books, opened, end);
        return true;
      }
      const call = books.call(settlement.id);
      if (!call) return false;
      if (call.state !== 'running' && call.state !== 'interrupted') return true;
      book(books, call, end);
      books.end(settlement);
      return true;
    },
    // What is drawn from another call's reservation depends on what is left of it.
    ...(opened?.reservationId === undefined &&
      opened && {
        unread({ spending, endUntouched }: UnreadBooks) {
          endUntouched(opened, settlement);
          moveOwn(spending, { call: opened, at: opened.startedAt }, end);
          return true;
        },
      }),
  };
}

/** Writes a whole row at once, for a call that never reached a provider. */
export function refuseWork(intent: IntentRow, settlement: Settlement, owner: bigint): LedgerWork<void> {
  return {
    needs: {},
    run: (books) => insertEnded(books, { intent, settlement, owner }),
  };
}

/**
 * Writes a whole row at once, or ends the one that is there: for a call whose intent may not have been committed, or was
 * lost in a failover. Idempotent.
 */
export function recordWork(intent: IntentRow, settlement: Settlement, owner: bigint): LedgerWork<void> {
  const { id, reservationId } = intent;
  const ended = settleWork(settlement);
  return {
    // Where the row is gone, it cannot show who pays for the call.
    needs: { calls: reservationId === undefined ? [id] : [id, reservationId] },
    run(books) {
      if (books.call(id)) ended.run(books);
      else insertEnded(books, { intent, settlement, owner });
    },
  };
}

function insertEnded(
  books: Books,
  {
    intent,
    settlement,
    owner,
  }: { readonly intent: IntentRow; readonly settlement: Settlement; readonly owner: bigint },
): void {
  books.insert({ intent, owner, held: 0n, unknownPrice: false });
  const call = heldFromIntent({ ...intent, reserved: 0n }, false);
  book(books, call, { cost: knownCost(settlement), simulated: settlement.simulated });
  books.end(settlement);
}

/** Ends calls whose process has died, each at its estimated prompt cost. Returns how many were still running. */
export function interruptWork(ids: readonly string[], at: Ms): LedgerWork<number> {
  return {
    needs: { calls: ids },
    run(books) {
      const running = ids.filter((id) => books.call(id)?.state === 'running');
      for (const id of running) {
        // Read again: an earlier call in the loop may have drawn from its reservation.
        const call = books.call(id);
        if (!call) continue;
        const booked = call.inputEstimate;
        book(books, call, { cost: booked, simulated: call.simulated });
        books.interrupt(id, { at, booked, ...(!call.unknownPrice && { cost: booked }) });
      }
      return running.length;
    },
  };
}

/**
 * Moves a call's money from reserved to spent, in the window in which it was reserved. A child's cost is drawn from the
 * reservation of the call that pays for it, as far as that covers it.
 */
function book(books: Books, call: HeldCall, end: BookedEnd): void {
  const payer = call.reservationId === undefined ? undefined : books.call(call.reservationId);
  const at = payer?.startedAt ?? call.startedAt;
  moveOwn(books.spending, { call, at }, end);

  // The call's own reservation pays first.
  const increase = end.cost - call.booked - call.held;
  if (!payer || increase <= 0n || payer.held === 0n) return;
  const drawn = increase < payer.held ? increase : payer.held;
  const account = { keyId: payer.keyId, at, simulated: payer.simulated };
  books.spending.move(account, { spent: 0n, reserved: -drawn });
  books.hold(payer.id, payer.held - drawn);
}

type BookedEnd = { readonly cost: NanoUsd; readonly simulated: boolean };

/** Books a cost in the windows of `at`, and releases the call's own reservation. */
function moveOwn(
  spending: UnreadBooks['spending'],
  { call, at }: { readonly call: HeldCall; readonly at: Ms },
  end: BookedEnd,
): void {
  const { keyId, simulated } = call;
  if (simulated === end.simulated) {
    spending.move({ keyId, at, simulated }, { spent: end.cost - call.booked, reserved: -call.held });
  } else {
    spending.move({ keyId, at, simulated }, { spent: -call.booked, reserved: -call.held });
    spending.move({ keyId, at, simulated: end.simulated }, { spent: end.cost, reserved: 0n });
  }
}

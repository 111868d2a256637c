import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ConclaveError } from '../../core/errors.ts';
import type { IntentRow, Settlement } from '../../core/ledger.ts';
import type { OpenResult } from '../../core/stores.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';
import { refusingBudget } from '../budget-check.ts';
import {
  attemptColumns,
  knownCost,
  openingColumns,
  settlementColumns,
  valuesOf,
  type Opening,
} from '../ledger-columns.ts';
import type { SpendingCounters } from './spending-counters.ts';

/** The ledger's writes, each to be run inside a transaction. */
export type LedgerWriter = {
  open(counters: SpendingCounters, intent: IntentRow, owner: bigint, unknownPrice: boolean): OpenResult;
  settle(counters: SpendingCounters, settlement: Settlement): void;
  refuse(counters: SpendingCounters, intent: IntentRow, settlement: Settlement, owner: bigint): void;
  /** Ends up to `limit` calls of a dead process and returns how many there were. */
  interrupt(counters: SpendingCounters, owner: bigint, options: { limit: number; at: Ms }): number;
};

/** What a row holds of the money of its call. */
type Held = {
  readonly keyId: string;
  readonly startedAt: Ms;
  readonly state: string;
  readonly simulated: boolean;
  readonly held: NanoUsd;
  readonly booked: NanoUsd;
  readonly reservationId: string | undefined;
};

const heldColumns = 'id, key_id, started_at, state, simulated, held, booked, reservation_id';

export function openLedgerWriter(database: DatabaseSync): LedgerWriter {
  const insertCall = database.prepare(insertInto('calls', Object.keys(openingColumns)));
  const insertAttempt = database.prepare(
    insertInto('attempts', ['call_id', 'position', ...Object.keys(attemptColumns)]),
  );
  const insertBodies = database.prepare(insertInto('bodies', ['call_id', 'request', 'reply']));
  const endCall = database.prepare(
    `UPDATE calls SET ${Object.keys(settlementColumns)
      .map((column) => `${column} = ?`)
      .join(', ')} WHERE id = ?`,
  );
  const interruptCall = database.prepare(
    "UPDATE calls SET state = 'interrupted', finished_at = ?, cost = ?, booked = ?, estimated = 1, held = 0 WHERE id = ?",
  );
  const setHeld = database.prepare('UPDATE calls SET held = ? WHERE id = ?');
  const readHeld = readingBigInts(database.prepare(`SELECT ${heldColumns} FROM calls WHERE id = ?`));
  const readRunning = readingBigInts(
    database.prepare(
      `SELECT ${heldColumns}, input_estimate, unknown_price FROM calls WHERE owner = ? AND state = 'running' LIMIT ?`,
    ),
  );

  function insert(opening: Opening): void {
    insertCall.run(...valuesOf(openingColumns, opening));
  }

  /**
   * Moves a call's money from reserved to spent, in the window in which it was reserved. A child's cost is drawn from
   * the reservation of the call that pays for it, as far as that reaches.
   */
  function book(counters: SpendingCounters, call: Held, end: { cost: NanoUsd; simulated: boolean }): void {
    const payerRow = call.reservationId === undefined ? undefined : readHeld.get(call.reservationId);
    const payer = payerRow && heldFromRow(payerRow);
    const at = payer?.startedAt ?? call.startedAt;
    const { keyId } = call;
    counters.move({ keyId, at, simulated: call.simulated }, { spent: -call.booked, reserved: -call.held });
    counters.move({ keyId, at, simulated: end.simulated }, { spent: end.cost, reserved: 0n });
    const increase = end.cost - call.booked;
    if (!payer || increase <= 0n || payer.held === 0n) return;
    const drawn = increase < payer.held ? increase : payer.held;
    counters.move({ keyId: payer.keyId, at, simulated: payer.simulated }, { spent: 0n, reserved: -drawn });
    setHeld.run(payer.held - drawn, call.reservationId ?? null);
  }

  function end(settlement: Settlement): void {
    endCall.run(...valuesOf(settlementColumns, settlement), settlement.id);
    settlement.attempts.forEach((attempt, position) => {
      insertAttempt.run(settlement.id, position, ...valuesOf(attemptColumns, attempt));
    });
    if (settlement.bodies)
      insertBodies.run(settlement.id, settlement.bodies.request, settlement.bodies.reply);
  }

  return {
    open(counters, intent, owner, unknownPrice) {
      const account = { keyId: intent.keyId, at: intent.startedAt, simulated: intent.simulated };
      const amount = intent.reserved;
      const refusedBy = refusingBudget(counters.standings(account), { amount, unknownPrice });
      if (refusedBy) return { ok: false, refusedBy };
      insert({ intent, owner, held: amount, unknownPrice });
      counters.move(account, { spent: 0n, reserved: amount });
      return { ok: true };
    },

    settle(counters, settlement) {
      const row = readHeld.get(settlement.id);
      if (!row) throw new ConclaveError('internal', `There is no call ${settlement.id} to settle.`);
      const call = heldFromRow(row);
      if (call.state !== 'running' && call.state !== 'interrupted') return;
      book(counters, call, { cost: knownCost(settlement), simulated: settlement.simulated });
      end(settlement);
    },

    refuse(counters, intent, settlement, owner) {
      insert({ intent, owner, held: 0n, unknownPrice: false });
      const { keyId, startedAt: at } = intent;
      const cost = knownCost(settlement);
      counters.move({ keyId, at, simulated: settlement.simulated }, { spent: cost, reserved: 0n });
      end(settlement);
    },

    interrupt(counters, owner, { limit, at }) {
      const rows = readRunning.all(owner, limit);
      for (const row of rows) {
        // An earlier row of this batch may have drawn from this one's reservation.
        const fresh = readHeld.get(row['id'] ?? null) ?? row;
        const call = heldFromRow(fresh);
        const cost = BigInt(row['input_estimate']?.toString() ?? 0);
        book(counters, call, { cost, simulated: call.simulated });
        const known = row['unknown_price'] === 0n ? cost : null;
        interruptCall.run(at, known, cost, row['id'] ?? null);
      }
      return rows.length;
    },
  };
}

function heldFromRow(row: NonNullable<ReturnType<StatementSync['get']>>): Held {
  return {
    keyId: String(row['key_id']),
    startedAt: Number(row['started_at']),
    state: String(row['state']),
    simulated: row['simulated'] === 1n,
    held: BigInt(row['held']?.toString() ?? 0),
    booked: BigInt(row['booked']?.toString() ?? 0),
    reservationId: typeof row['reservation_id'] === 'string' ? row['reservation_id'] : undefined,
  };
}

function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

function readingBigInts(statement: StatementSync): StatementSync {
  statement.setReadBigInts(true);
  return statement;
}

import type { Settlement } from '../../core/stores/ledger.ts';
import {
  attemptColumns,
  bodyColumns,
  openingColumns,
  settlementColumns,
  type Opening,
} from '../books/ledger-columns.ts';
import { onlyAttempt, onlyAttemptColumns } from '../books/only-attempt.ts';
import { inLockOrder, type CounterChange } from '../books/spending-counters.ts';
import { rowOf, sendInsert, sendUpdates, type JsonRow } from './bulk-statements.ts';
import type { PostgresTransaction } from './postgres-transaction.ts';

/** What a transaction writes into the ledger: collected, and sent as one statement for each table. */
export type WrittenRows = {
  insert(opening: Opening): void;
  /** Sets columns of a known row; the last update of a row includes the earlier ones. */
  update(id: string, row: JsonRow): void;
  end(settlement: Settlement): void;
  send(counters: readonly CounterChange[]): void;
};

export function openWrittenRows(transaction: PostgresTransaction): WrittenRows {
  const inserted: JsonRow[] = [];
  const updates = new Map<string, JsonRow>();
  const attempts: JsonRow[] = [];
  const bodies: JsonRow[] = [];

  return {
    insert(opening) {
      inserted.push(rowOf(openingColumns, opening));
    },
    update(id, row) {
      updates.set(id, { id, ...row });
    },
    end(settlement) {
      const { id } = settlement;
      const only = onlyAttempt(settlement);
      updates.set(id, { id, ...rowOf(settlementColumns, settlement), ...rowOf(onlyAttemptColumns, only) });
      if (!only) {
        settlement.attempts.forEach((attempt, position) => {
          attempts.push({ call_id: id, position, ...rowOf(attemptColumns, attempt) });
        });
      }
      if (settlement.bodies) bodies.push({ call_id: id, ...rowOf(bodyColumns, settlement.bodies) });
    },
    send(counters) {
      sendInsert(transaction, 'calls', inserted);
      sendUpdates(transaction, 'calls', [...updates.values()]);
      sendInsert(transaction, 'attempts', attempts);
      sendInsert(transaction, 'bodies', bodies);
      sendInsert(
        transaction,
        'spending',
        inLockOrder(counters).map(counterRow),
        'ON CONFLICT (key_id, period, period_start, simulated) DO UPDATE ' +
          'SET spent = spending.spent + excluded.spent, reserved = spending.reserved + excluded.reserved',
      );
    },
  };
}

function counterRow({ keyId, window, start, simulated, spent, reserved }: CounterChange): JsonRow {
  return {
    key_id: keyId,
    period: window,
    period_start: start,
    simulated: Number(simulated),
    spent: String(spent),
    reserved: String(reserved),
  };
}

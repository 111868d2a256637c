import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Budget } from '../../core/stores.ts';
import { callColumns, heldCallFromRow, nano, type Books } from '../books.ts';
import { budgetFromRow, budgetsOfKey } from '../key-rows.ts';
import {
  attemptColumns,
  bodyColumns,
  openingColumns,
  settlementColumns,
  valuesOf,
} from '../ledger-columns.ts';
import { sqliteRates } from './sqlite-rates.ts';
import { openCounters, type SpendingSource } from '../spending-counters.ts';

/** Books whose every entry is a prepared statement. One is opened per transaction and written before its commit. */
export type SqliteBooks = Books & { write(): void };

/** Prepares the statements once; the result opens the books of one transaction. */
export function prepareBooks(database: DatabaseSync): () => SqliteBooks {
  const insertCall = database.prepare(insertInto('calls', Object.keys(openingColumns)));
  const insertAttempt = database.prepare(
    insertInto('attempts', ['call_id', 'position', ...Object.keys(attemptColumns)]),
  );
  const insertBodies = database.prepare(insertInto('bodies', ['call_id', ...Object.keys(bodyColumns)]));
  const settings = Object.keys(settlementColumns).map((column) => `${column} = ?`);
  const endCall = database.prepare(`UPDATE calls SET ${settings.join(', ')} WHERE id = ?`);
  const interruptCall = database.prepare(
    "UPDATE calls SET state = 'interrupted', finished_at = ?, cost = ?, booked = ?, estimated = 1, held = 0 WHERE id = ?",
  );
  const setHeld = database.prepare('UPDATE calls SET held = ? WHERE id = ?');
  const readCall = readingBigInts(database.prepare(`SELECT ${callColumns} FROM calls WHERE id = ?`));
  const writeCounter = database.prepare(
    'INSERT INTO spending (key_id, period, period_start, simulated, spent, reserved) VALUES (?, ?, ?, ?, ?, ?) ' +
      'ON CONFLICT DO UPDATE SET spent = excluded.spent, reserved = excluded.reserved',
  );
  const source = spendingSource(database);
  const rates = sqliteRates(database);

  return () => {
    const spending = openCounters(source);
    return {
      spending,
      rates,
      call(id) {
        const row = readCall.get(id);
        return row && heldCallFromRow(row);
      },
      insert(opening) {
        insertCall.run(...valuesOf(openingColumns, opening));
      },
      hold(id, held) {
        setHeld.run(held, id);
      },
      end(settlement) {
        const { id, attempts, bodies } = settlement;
        endCall.run(...valuesOf(settlementColumns, settlement), id);
        attempts.forEach((attempt, position) => {
          insertAttempt.run(id, position, ...valuesOf(attemptColumns, attempt));
        });
        if (bodies) insertBodies.run(id, ...valuesOf(bodyColumns, bodies));
      },
      interrupt(id, { at, booked, cost }) {
        interruptCall.run(at, cost ?? null, booked, id);
      },
      write() {
        for (const { keyId, window, start, simulated, spent, reserved } of spending.changed()) {
          writeCounter.run(keyId, window, start, Number(simulated), spent, reserved);
        }
      },
    };
  };
}

function spendingSource(database: DatabaseSync): SpendingSource {
  const readBudgets = readingBigInts(database.prepare(budgetsOfKey));
  const readCounter = readingBigInts(
    database.prepare(
      'SELECT spent, reserved FROM spending WHERE key_id = ? AND period = ? AND period_start = ? AND simulated = ?',
    ),
  );
  return {
    budgetsOf: (keyId): Budget[] => readBudgets.all(keyId).map(budgetFromRow),
    read({ keyId, window, start, simulated }) {
      const row = readCounter.get(keyId, window, start, Number(simulated));
      return { spent: nano(row?.['spent']), reserved: nano(row?.['reserved']) };
    },
  };
}

function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

function readingBigInts(statement: StatementSync): StatementSync {
  statement.setReadBigInts(true);
  return statement;
}

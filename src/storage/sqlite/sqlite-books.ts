import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AttemptRow, Settlement } from '../../core/stores/ledger.ts';
import { budgetWindows, type Budget } from '../../core/stores/stores.ts';
import { callColumns, heldCallFromRow, nano, type Books } from '../books/books.ts';
import { budgetFromRow, budgetsOfKey } from '../keys/budget-rows.ts';
import {
  attemptColumns,
  bodyColumns,
  openingColumns,
  settlementColumns,
  valuesReader,
} from '../books/ledger-columns.ts';
import { onlyAttempt, onlyAttemptColumns } from '../books/only-attempt.ts';
import { sqliteRates } from './sqlite-rates.ts';
import { openCounters, type CounterChange, type SpendingSource } from '../books/spending-counters.ts';
import type { SqlValue } from '../sql/sql-runner.ts';

/** The ledger as prepared statements. Opened once per transaction and written before its commit. */
export type SqliteBooks = Books & { write(): void };

const openingValues = valuesReader(openingColumns);
const settlementValues = valuesReader(settlementColumns);
const onlyAttemptValues = valuesReader(onlyAttemptColumns);
const attemptValues = valuesReader(attemptColumns);
const bodyValues = valuesReader(bodyColumns);

/** Prepares the statements once; returns a function that opens the ledger for one transaction. */
export function prepareBooks(database: DatabaseSync): () => SqliteBooks {
  const insertCall = database.prepare(insertInto('calls', Object.keys(openingColumns)));
  const insertAttempt = database.prepare(
    insertInto('attempts', ['call_id', 'position', ...Object.keys(attemptColumns)]),
  );
  const insertBodies = database.prepare(insertInto('bodies', ['call_id', ...Object.keys(bodyColumns)]));
  const endColumns = [...Object.keys(settlementColumns), ...Object.keys(onlyAttemptColumns)];
  const settings = endColumns.map((column) => `${column} = ?`);
  const endCall = database.prepare(`UPDATE calls SET ${settings.join(', ')} WHERE id = ?`);
  const endUntouchedCall = database.prepare(
    `UPDATE calls SET ${settings.join(', ')} WHERE id = ? AND state = 'running' AND held = ?`,
  );
  const interruptCall = database.prepare(
    "UPDATE calls SET state = 'interrupted', finished_at = ?, cost = ?, booked = ?, estimated = 1, held = 0 WHERE id = ?",
  );
  const setHeld = database.prepare('UPDATE calls SET held = ? WHERE id = ?');
  const readCall = readingBigInts(database.prepare(`SELECT ${callColumns} FROM calls WHERE id = ?`));
  const addToCounters = counterAdder(database);
  const source = spendingSource(database);
  const rates = sqliteRates(database);

  function addParts({ id, attempts, bodies }: Settlement, only: AttemptRow | undefined): void {
    for (const [position, attempt] of only ? [] : attempts.entries()) {
      insertAttempt.run(id, position, ...attemptValues(attempt));
    }
    if (bodies) insertBodies.run(id, ...bodyValues(bodies));
  }

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
        insertCall.run(...openingValues(opening));
      },
      hold(id, held) {
        setHeld.run(held, id);
      },
      end(settlement) {
        const only = onlyAttempt(settlement);
        endCall.run(...settlementValues(settlement), ...onlyAttemptValues(only), settlement.id);
        addParts(settlement, only);
      },
      endUntouched({ id, held }, settlement) {
        const only = onlyAttempt(settlement);
        const values = [...settlementValues(settlement), ...onlyAttemptValues(only)];
        if (endUntouchedCall.run(...values, id, held).changes !== 1) return false;
        addParts(settlement, only);
        return true;
      },
      interrupt(id, { at, booked, cost }) {
        interruptCall.run(at, cost ?? null, booked, id);
      },
      write() {
        addToCounters(spending.changes());
      },
    };
  };
}

/** A key is counted in all windows at once: one statement writes that many rows. */
const maxCounters = budgetWindows.length;

function counterAdder(database: DatabaseSync): (changes: readonly CounterChange[]) => void {
  /** Statements by their number of rows. */
  const statements = new Map<number, StatementSync>();

  function statementOf(rows: number): StatementSync {
    let known = statements.get(rows);
    if (!known) statements.set(rows, (known = database.prepare(addTo(rows))));
    return known;
  }

  return (changes) => {
    for (let from = 0; from < changes.length; from += maxCounters) {
      const some = changes.slice(from, from + maxCounters);
      statementOf(some.length).run(...some.flatMap(counterValues));
    }
  };
}

function addTo(rows: number): string {
  const values = Array.from({ length: rows }, () => '(?, ?, ?, ?, ?, ?)');
  return (
    `INSERT INTO spending (key_id, period, period_start, simulated, spent, reserved) VALUES ${values.join(', ')} ` +
    'ON CONFLICT DO UPDATE SET spent = spent + excluded.spent, reserved = reserved + excluded.reserved'
  );
}

function counterValues({ keyId, window, start, simulated, spent, reserved }: CounterChange): SqlValue[] {
  return [keyId, window, start, Number(simulated), spent, reserved];
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

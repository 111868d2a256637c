import { appendAll } from '../../core/lists/append-all.ts';
import type { CallRow } from '../../core/stores/ledger.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import { attemptsFromRows, callFromRow, outcomeFromRow } from './call-rows.ts';
import type { Schema } from '../sql/schema.ts';
import { db, type RunQuery } from '../sql/typed-queries.ts';

/** Databases limit the number of values in one query, and a long list is slow to plan. */
export const callsPerQuery = 500;

type CallWithKey = Schema['calls'] & { key_name: string | null };

/** Calls, each with the name of its key. */
export const callsWithKey = db
  .selectFrom('calls')
  .leftJoin('virtual_keys', 'virtual_keys.id', 'calls.key_id')
  .selectAll('calls')
  .select('virtual_keys.name as key_name');

/** Adds the attempts and outcomes of calls. */
export async function completeCalls(all: RunQuery, rows: readonly CallWithKey[]): Promise<CallRow[]> {
  const calls: CallRow[] = [];
  for (let from = 0; from < rows.length; from += callsPerQuery) {
    appendAll(calls, await completeSome(all, rows.slice(from, from + callsPerQuery)));
  }
  return calls;
}

async function completeSome(all: RunQuery, rows: readonly CallWithKey[]): Promise<CallRow[]> {
  const ids = rows.map(({ id }) => id);
  const ofThese = db.selectFrom('attempts').selectAll().where('call_id', 'in', ids);
  const attempts = Object.groupBy(await all(ofThese.orderBy('position')), ({ call_id }) => call_id);
  const signals = await all(db.selectFrom('outcomes').selectAll().where('call_id', 'in', ids).orderBy('at'));
  const outcomes = Object.groupBy(signals, ({ call_id }) => call_id);
  return Array.fromAsync(inSlices(rows), (row) =>
    callFromRow(row, {
      keyName: row.key_name,
      attempts: attemptsFromRows(row, attempts[row.id]),
      outcomes: (outcomes[row.id] ?? []).map(outcomeFromRow),
    }),
  );
}

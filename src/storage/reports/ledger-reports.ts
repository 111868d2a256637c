import { sql as raw, type RawBuilder } from 'kysely';
import { appendAll } from '../../core/lists/append-all.ts';
import type { CallRow } from '../../core/stores/ledger.ts';
import type { LedgerStore } from '../../core/stores/stores.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import { attemptsFromRows } from './call-rows.ts';
import { sampleQuery, volumeFromRow, volumeQuery } from './call-volume.ts';
import { callsPerQuery, callsWithKey, completeCalls } from './complete-calls.ts';
import { costGroupFromRow, costQuery, hasOwnMoney } from './cost-query.ts';
import { costReport } from './cost-report.ts';
import { markedCallsFromRow, markedCallsQuery } from './marked-calls.ts';
import { failedMoneyQuery, movedGroups } from './failed-money.ts';
import type { SqlRunner } from '../sql/sql-runner.ts';
import { db, queryRunner } from '../sql/typed-queries.ts';

export type LedgerReports = Pick<
  LedgerStore,
  'show' | 'recent' | 'volume' | 'sample' | 'costs' | 'children' | 'descendants' | 'attempts'
>;

/** Opens the reports on the ledger: not on the hot path, the same for every backend, and loaded on first use. */
export function ledgerReports(sql: SqlRunner): LedgerReports {
  const all = queryRunner(sql);

  return {
    async show(id) {
      const [call] = await completeCalls(all, await all(callsWithKey.where('calls.id', '=', id)));
      if (!call) return undefined;
      const [bodies] = await all(
        db.selectFrom('bodies').select(['request', 'reply']).where('call_id', '=', id),
      );
      return bodies
        ? { ...call, bodies: { request: textOf(bodies.request), reply: textOf(bodies.reply) } }
        : call;
    },

    async recent({ limit, keyId, since, withoutParent = false }) {
      let newest = callsWithKey.orderBy('calls.started_at', 'desc').orderBy('calls.id', 'desc').limit(limit);
      if (keyId !== undefined) newest = newest.where('calls.key_id', '=', keyId);
      if (since !== undefined) newest = newest.where('calls.started_at', '>=', BigInt(Math.ceil(since)));
      if (withoutParent) newest = newest.where('calls.parent_id', 'is', null);
      return completeCalls(all, await all(newest));
    },

    async volume({ since }) {
      return (await all(volumeQuery(since).compile(db))).map(volumeFromRow);
    },

    async sample(options) {
      const drawn = await all(sampleQuery(options).compile(db));
      const calls: CallRow[] = [];
      for (let from = 0; from < drawn.length; from += callsPerQuery) {
        const ids = drawn.slice(from, from + callsPerQuery).map(({ id }) => id);
        const whole = await all(callsWithKey.where('calls.id', 'in', ids).orderBy('calls.id'));
        const serving = await all(callsWithKey.where('calls.parent_id', 'in', ids));
        appendAll(calls, await completeCalls(all, [...whole, ...serving]));
      }
      return calls;
    },

    async children(id) {
      return completeCalls(
        all,
        await all(callsWithKey.where('calls.parent_id', '=', id).orderBy('calls.id')),
      );
    },

    async descendants(ids) {
      if (ids.length === 0) return [];
      return completeCalls(
        all,
        await all(callsWithKey.where('calls.id', 'in', idsBelow(ids)).orderBy('calls.id')),
      );
    },

    async attempts(id) {
      const [call] = await all(db.selectFrom('calls').selectAll().where('id', '=', id));
      if (!call) return [];
      const ofThis = db.selectFrom('attempts').selectAll().where('call_id', '=', id);
      return attemptsFromRows(call, await all(ofThis.orderBy('position')));
    },

    async costs(filter) {
      const groups = await Array.fromAsync(inSlices(await all(costQuery(filter))), costGroupFromRow);
      const moved = hasOwnMoney(filter.by) ? await all(failedMoneyQuery(filter, filter.by)) : [];
      const marked = (await all(markedCallsQuery(filter))).map(markedCallsFromRow);
      return costReport({ groups, moved: moved.flatMap(movedGroups), marked }, filter);
    },
  };
}

function idsBelow(ids: readonly string[]): RawBuilder<string> {
  return raw<string>`(with recursive below(id) as (
      select id from calls where parent_id in (${raw.join(ids)})
      union select calls.id from calls join below on calls.parent_id = below.id)
    select id from below)`;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

import {
  DummyDriver,
  Kysely,
  sql as raw,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Compilable,
  type CompiledQuery,
  type RawBuilder,
} from 'kysely';
import { askedChildren, type CallRow, type CostGrouping } from '../core/stores/ledger.ts';
import type { LedgerStore } from '../core/stores/stores.ts';
import { attemptsOf, callFromRow, outcomeFromRow, usageFromRow } from './call-rows.ts';
import { sampleQuery, servesAnother, volumeFromRow, volumeQuery } from './call-volume.ts';
import { costReport, type CostGroup } from './cost-report.ts';
import type { Schema } from './schema.ts';
import type { SqlRunner, SqlValue } from './sql-runner.ts';

export type LedgerReports = Pick<
  LedgerStore,
  'show' | 'recent' | 'volume' | 'sample' | 'costs' | 'children' | 'attempts'
>;

/** Databases limit the number of values in one query, and a long list is slow to plan. */
const callsPerQuery = 500;

/** Builds typed queries; the backend runs them. All queries use only SQL that every backend supports. */
const db = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Opens the reports on the ledger: not on the hot path, the same for every backend, and loaded on first use. */
export function ledgerReports(sql: SqlRunner): LedgerReports {
  async function all<T>(query: Compilable<T> | CompiledQuery<T>): Promise<T[]> {
    const { sql: text, parameters } = 'compile' in query ? query.compile() : query;
    // The builder has typed the query's columns, and its parameters are the values given to it below.
    return (await sql.all({ sql: text, values: parameters as readonly SqlValue[] })) as unknown as T[];
  }

  const callsWithKey = db
    .selectFrom('calls')
    .leftJoin('virtual_keys', 'virtual_keys.id', 'calls.key_id')
    .selectAll('calls')
    .select('virtual_keys.name as key_name');

  async function complete(rows: readonly CallWithKey[]): Promise<CallRow[]> {
    const calls: CallRow[] = [];
    for (let from = 0; from < rows.length; from += callsPerQuery) {
      calls.push(...(await completeSome(rows.slice(from, from + callsPerQuery))));
    }
    return calls;
  }

  async function completeSome(rows: readonly CallWithKey[]): Promise<CallRow[]> {
    const ids = rows.map(({ id }) => id);
    const ofThese = db.selectFrom('attempts').selectAll().where('call_id', 'in', ids);
    const attempts = Object.groupBy(await all(ofThese.orderBy('position')), ({ call_id }) => call_id);
    const signals = await all(
      db.selectFrom('outcomes').selectAll().where('call_id', 'in', ids).orderBy('at'),
    );
    const outcomes = Object.groupBy(signals, ({ call_id }) => call_id);
    return rows.map((row) =>
      callFromRow(row, {
        keyName: row.key_name,
        attempts: attemptsOf(row, attempts[row.id]),
        outcomes: (outcomes[row.id] ?? []).map(outcomeFromRow),
      }),
    );
  }

  return {
    async show(id) {
      const [call] = await complete(await all(callsWithKey.where('calls.id', '=', id)));
      if (!call) return undefined;
      const [bodies] = await all(
        db.selectFrom('bodies').select(['request', 'reply']).where('call_id', '=', id),
      );
      return bodies
        ? { ...call, bodies: { request: textOf(bodies.request), reply: textOf(bodies.reply) } }
        : call;
    },

    async recent({ limit, keyId, since }) {
      let newest = callsWithKey.orderBy('calls.started_at', 'desc').orderBy('calls.id', 'desc').limit(limit);
      if (keyId !== undefined) newest = newest.where('calls.key_id', '=', keyId);
      if (since !== undefined) newest = newest.where('calls.started_at', '>=', BigInt(Math.ceil(since)));
      return complete(await all(newest));
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
        calls.push(...(await complete([...whole, ...serving])));
      }
      return calls;
    },

    async children(id) {
      return complete(await all(callsWithKey.where('calls.parent_id', '=', id).orderBy('calls.id')));
    },

    async attempts(id) {
      const [call] = await all(db.selectFrom('calls').selectAll().where('id', '=', id));
      if (!call) return [];
      const ofThis = db.selectFrom('attempts').selectAll().where('call_id', '=', id);
      return attemptsOf(call, await all(ofThis.orderBy('position')));
    },

    async costs({ since, until, by, keyId }) {
      const name = groupName[by];
      let query = db
        .selectFrom('calls')
        .leftJoin('virtual_keys', 'virtual_keys.id', 'calls.key_id')
        .where('calls.state', '<>', 'running')
        .where('calls.requested_model', '<>', askedChildren)
        .where('calls.started_at', '>=', BigInt(Math.ceil(since)))
        .select([name.as('name'), kind.as('kind'), ...sums])
        .groupBy([name, kind]);
      if (until !== undefined) query = query.where('calls.started_at', '<', BigInt(Math.ceil(until)));
      if (keyId !== undefined) query = query.where('calls.key_id', '=', keyId);
      return costReport((await all(query)).map(groupFromRow), { since, by });
    },
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

type CallWithKey = Schema['calls'] & { key_name: string | null };

const groupName: Record<CostGrouping, RawBuilder<string | bigint | null>> = {
  model: raw`calls.billed_model`,
  tier: raw`calls.tier`,
  provider: raw`calls.billed_provider`,
  task: raw`calls.task`,
  tool: raw`calls.tool`,
  surface: raw`calls.surface`,
  // Keys that share a name are distinguished by the beginning of their ids.
  key: raw`case when virtual_keys.name is null then calls.key_id
    when virtual_keys.name in (select name from virtual_keys group by name having count(*) > 1)
      then virtual_keys.name || ' (' || substr(calls.key_id, 1, 8) || ')'
    else virtual_keys.name end`,
  tag: raw`calls.tags`,
  day: raw`calls.started_at / 86400000`,
};

const kind = raw<CostGroup['kind']>`case when calls.simulated = 1 then 'simulated'
  when calls.attempt_count > 0 or calls.booked > 0 then 'real' else 'neither' end`;

// A call of unknown price claims no saving: neither its cost nor its cost on the frontier model is known.
const frontier = raw`case when calls.cost is null then calls.booked else coalesce(calls.frontier_cost, calls.booked) end`;

// A cascade is one call of the model whose answer was given. Its money is in the rows of its steps, under the models
// that were paid; the cost of one call to the best model is in its own row.
const isCascade = raw`calls.verdicts is not null`;

const sums = [
  total(raw`case when ${servesAnother} then 0 else 1 end`).as('calls'),
  total(raw`case when calls.state = 'ok' and not ${servesAnother} then 1 else 0 end`).as('succeeded'),
  total(raw`case when calls.cost is null and not ${isCascade} then 1 else 0 end`).as('unknown_price'),
  total(raw`calls.estimated`).as('estimated'),
  total(raw`calls.booked`).as('spent'),
  total(raw`coalesce(calls.caller_cost, 0)`).as('callers_own'),
  total(raw`case when calls.caller_cost is null then 0 else 1 end`).as('callers_own_calls'),
  total(frontier).as('frontier'),
  total(raw`calls.input`).as('input'),
  total(raw`calls.output`).as('output'),
  total(raw`calls.cache_read`).as('cache_read'),
  total(raw`calls.cache_write`).as('cache_write'),
  total(raw`calls.cache_write_long`).as('cache_write_long'),
  total(raw`calls.reasoning`).as('reasoning'),
  total(raw`calls.web_searches`).as('web_searches'),
] as const;

/** A sum that is an exact integer in every backend. */
function total(expression: RawBuilder<unknown>): RawBuilder<bigint> {
  return raw<bigint>`cast(sum(${expression}) as bigint)`;
}

type GroupRow = {
  name: string | bigint | null;
  kind: CostGroup['kind'];
  calls: bigint;
  succeeded: bigint;
  unknown_price: bigint;
  estimated: bigint;
  spent: bigint;
  callers_own: bigint;
  callers_own_calls: bigint;
  frontier: bigint;
} & Parameters<typeof usageFromRow>[0];

function groupFromRow(row: GroupRow): CostGroup {
  return {
    name: row.name === null ? null : String(row.name),
    kind: row.kind,
    calls: Number(row.calls),
    succeeded: Number(row.succeeded),
    unknownPrice: Number(row.unknown_price),
    estimated: Number(row.estimated),
    spent: row.spent,
    callersOwn: row.callers_own,
    callersOwnCalls: Number(row.callers_own_calls),
    frontier: row.frontier,
    usage: usageFromRow(row),
  };
}

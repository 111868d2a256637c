import { ConclaveError } from '../../core/errors.ts';
import type { IntentRow, Settlement } from '../../core/stores/ledger.ts';
import type { LedgerStore, OpenResult } from '../../core/stores/stores.ts';
import type { NanoUsd } from '../../core/units.ts';
import type { Commit, HeldCall, KeyAt } from '../books/books.ts';
import { forgetCalls, latestCallAt } from './forget-calls.ts';
import { keepersOf, keepPieces } from './kept-rows.ts';
import {
  heldFromIntent,
  holdMoreWork,
  openWork,
  recordWork,
  refuseWork,
  settleWork,
  wouldOpenWork,
} from '../books/ledger-work.ts';
import { addOutcome, ratingHabits } from './outcome-rows.ts';
import type { RetryQueue } from '../writes/retry-queue.ts';
import type { SqlRunner } from '../sql/sql-runner.ts';
import { takeTurns } from '../writes/take-turns.ts';
import { isOwnFault } from '../writes/storage-error.ts';
import { keepThoughts, makersOf } from './thought-rows.ts';

type Services = {
  readonly sql: SqlRunner;
  /** For reports that may read the whole ledger and take long. */
  readonly reports: SqlRunner;
  readonly commit: Commit;
  /** Takes the settlements that the database does not accept. */
  readonly unwritten: RetryQueue;
  /** The row of this process, which owns the calls that it opens. */
  readonly processId: () => Promise<bigint>;
};

/** A running call of this process, as it was committed; a failover may have lost it since. */
type OpenedCall = { readonly intent: IntentRow; readonly row: HeldCall };

/** Opens the ledger on a database. */
export function openLedger({ sql, reports: reportSql, commit, unwritten, processId }: Services): LedgerStore {
  const readBy = async (runner: SqlRunner) =>
    (await import('../reports/ledger-reports.ts')).ledgerReports(runner);
  const rows = () => readBy(sql);
  const reports = () => readBy(reportSql);
  const inTurn = takeTurns();
  /** Whoever asks for many reports with one key delays only its own. */
  const ofKey = <T>(keyId: string | undefined, report: () => Promise<T>) =>
    keyId === undefined ? report() : inTurn(keyId, report);
  const opened = new Map<string, OpenedCall>();
  const inTurnOfCall = takeTurns();

  /** Of a call whose row is gone, the first reservation records it anew, with all that it had reserved. */
  async function holdMore(id: string, amount: NanoUsd): Promise<OpenResult> {
    const own = opened.get(id);
    const payer = own ? { keyId: own.row.keyId, at: own.row.startedAt } : await payerOf(id);
    const found = await commit(holdMoreWork(id, { payer, amount }));
    if (!own) return found ?? noCall(id);
    const row = { ...own.row, held: own.row.held + amount };
    const { unknownPrice } = row;
    const reopened = { ...own.intent, reserved: row.held };
    const result = found ?? (await commit(openWork(reopened, { owner: await processId(), unknownPrice })));
    if (result.ok) opened.set(id, { ...own, row });
    return result;
  }

  async function payerOf(id: string): Promise<KeyAt> {
    const [row] = await sql.all({ sql: 'SELECT key_id, started_at FROM calls WHERE id = ?', values: [id] });
    return row ? { keyId: String(row['key_id']), at: Number(row['started_at']) } : noCall(id);
  }

  /** Writes the end of a call whose row is gone, and books its cost; its reservation went with the row. */
  async function recordLost(own: OpenedCall | undefined, settlement: Settlement): Promise<void> {
    await commit(recordWork(own?.intent ?? noCall(settlement.id), settlement, await processId()));
  }

  return {
    async open(intent, { unknownPrice }) {
      const result = await commit(openWork(intent, { owner: await processId(), unknownPrice }));
      if (result.ok) opened.set(intent.id, { intent, row: heldFromIntent(intent, unknownPrice) });
      return result;
    },
    wouldOpen: (intent) => commit(wouldOpenWork(intent)),
    holdMore: (id, amount) => inTurnOfCall(id, () => holdMore(id, amount)),
    settle(settlement) {
      const own = opened.get(settlement.id);
      opened.delete(settlement.id);
      const kept = [...keepThoughts(settlement), ...keepPieces(settlement)];
      const write = () => {
        const settled = commit(settleWork(settlement, own?.row)).then((found) => {
          if (!found) return recordLost(own, settlement);
        });
        // A client may continue the answer at once, at any process, so its pieces are committed before the end is
        // reported.
        return kept.length === 0 ? settled : both(settled, sql.write(kept));
      };
      const since = performance.now();
      return write().catch((error: unknown) => {
        if (isOwnFault(error)) throw error;
        return unwritten.keep({ id: settlement.id, write }, { error, waitedMs: performance.now() - since });
      });
    },
    async refuse(intent, settlement) {
      try {
        await commit(refuseWork(intent, settlement, await processId()));
      } catch (error) {
        unwritten.keepSpare({
          id: intent.id,
          write: async () => commit(recordWork(intent, settlement, await processId())),
        });
        throw error;
      }
    },
    show: async (id) => (await rows()).show(id),
    children: async (id) => (await rows()).children(id),
    descendants: async (ids) => (await rows()).descendants(ids),
    attempts: async (id) => (await rows()).attempts(id),
    recent: (filter) => ofKey(filter.keyId, async () => (await reports()).recent(filter)),
    volume: async (filter) => (await reports()).volume(filter),
    sample: async (filter) => (await reports()).sample(filter),
    costs: (filter) => ofKey(filter.keyId, async () => (await reports()).costs(filter)),
    keepersOf: (ids) => keepersOf(sql, ids),
    makersOf: (proofs) => makersOf(sql, proofs),
    latestCallAt: (before) => latestCallAt(sql, before),
    forget: (before) => forgetCalls({ sql, reports: reportSql }, before),
    addOutcome: (outcome) => addOutcome(sql, outcome),
    ratingHabits: (answers) => ratingHabits(sql, answers),
  };
}

function noCall(id: string): never {
  throw new ConclaveError('internal', `There is no call ${id}.`);
}

async function both(...done: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(done);
}

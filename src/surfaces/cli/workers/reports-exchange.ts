import type { Ms } from '../../../core/units.ts';
import { WorkerCounts } from './worker-counts.ts';
import type { FromWorker, ToWorker, WorkerReport } from './messages.ts';

/** Exchanges reports between workers, so that any worker that is asked can answer for all of them. */
export type ReportsExchange = {
  joined(worker: number): void;
  receive(worker: number, message: Extract<FromWorker, { type: 'reports-wanted' | 'reported' }>): void;
  left(worker: number): void;
};

/** Of a worker that does not answer within this time, only what it had counted before is reported. */
const patienceMs: Ms = 2_000;

export function reportsExchange(send: (worker: number, message: ToWorker) => void): ReportsExchange {
  const workers = new Set<number>();
  const counts = new WorkerCounts();
  const gatherings = new Map<number, Gathering>();
  let asks = 0;

  function gather(asker: number, theirAsk: number, kind: WorkerReport['kind']): void {
    const ask = (asks += 1);
    const missing = new Set(workers);
    const reports = new Map<number, WorkerReport>();
    const answer = () => {
      clearTimeout(timer);
      gatherings.delete(ask);
      const past: WorkerReport[] =
        kind === 'metrics' ? counts.ofMissing(missing).map((families) => ({ kind, families })) : [];
      send(asker, { type: 'reports', ask: theirAsk, reports: [...reports.values(), ...past] });
    };
    const timer = setTimeout(answer, patienceMs);
    gatherings.set(ask, { missing, reports, answer });
    if (missing.size === 0) answer();
    for (const worker of missing) send(worker, { type: 'report-wanted', ask, kind });
  }

  function settle(worker: number, { missing, answer }: Gathering): void {
    if (missing.delete(worker) && missing.size === 0) answer();
  }

  return {
    joined: (worker) => void workers.add(worker),
    receive(worker, message) {
      if (message.type === 'reports-wanted') return gather(worker, message.ask, message.kind);
      // What a worker counted last is added to the dead's when it leaves, and must not count again.
      if (!workers.has(worker)) return;
      const { report } = message;
      if (report.kind === 'metrics') counts.said(worker, report.families);
      const gathering = gatherings.get(message.ask);
      if (!gathering) return;
      gathering.reports.set(worker, report);
      settle(worker, gathering);
    },
    left(worker) {
      workers.delete(worker);
      counts.left(worker);
      for (const gathering of gatherings.values()) {
        gathering.reports.delete(worker);
        settle(worker, gathering);
      }
    },
  };
}

type Gathering = {
  readonly missing: Set<number>;
  readonly reports: Map<number, WorkerReport>;
  readonly answer: () => void;
};

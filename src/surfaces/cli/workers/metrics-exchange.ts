import type { MetricFamily } from '../../../core/call-observer.ts';
import type { Ms } from '../../../core/units.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Exchanges metrics between workers, so that any scraped worker reports all of them. */
export type MetricsExchange = {
  joined(worker: number): void;
  heard(worker: number, message: Extract<FromWorker, { type: 'metrics-wanted' | 'metrics-collected' }>): void;
  left(worker: number): void;
};

/** A worker that does not answer within this time is left out of that scrape. */
const patienceMs: Ms = 2_000;

export function metricsExchange(tell: (worker: number, message: ToWorker) => void): MetricsExchange {
  const workers = new Set<number>();
  const gatherings = new Map<number, Gathering>();
  let asks = 0;

  function gather(asker: number, theirAsk: number): void {
    const ask = (asks += 1);
    const missing = new Set([...workers].filter((worker) => worker !== asker));
    const processes: (readonly MetricFamily[])[] = [];
    const answer = () => {
      clearTimeout(timer);
      gatherings.delete(ask);
      tell(asker, { type: 'metrics', ask: theirAsk, processes });
    };
    const timer = setTimeout(answer, patienceMs);
    gatherings.set(ask, { missing, processes, answer });
    if (missing.size === 0) answer();
    for (const worker of missing) tell(worker, { type: 'collect-metrics', ask });
  }

  function settle(worker: number, { missing, answer }: Gathering): void {
    if (missing.delete(worker) && missing.size === 0) answer();
  }

  return {
    joined: (worker) => void workers.add(worker),
    heard(worker, message) {
      if (message.type === 'metrics-wanted') return gather(worker, message.ask);
      const gathering = gatherings.get(message.ask);
      if (!gathering) return;
      gathering.processes.push(message.families);
      settle(worker, gathering);
    },
    left(worker) {
      workers.delete(worker);
      for (const gathering of gatherings.values()) settle(worker, gathering);
    },
  };
}

type Gathering = {
  readonly missing: Set<number>;
  readonly processes: (readonly MetricFamily[])[];
  readonly answer: () => void;
};

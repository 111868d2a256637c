import type { Call } from './call.ts';
import type { Settlement } from './stores/ledger.ts';
import type { Ms, NanoUsd } from './units.ts';

/** Told of every call as it goes by. It stands on the hot path: it neither waits nor throws. */
export interface CallObserver {
  started(call: Call): void;
  /** Money has been set aside; `settled` or the same amount below zero gives it back. */
  reserved(amount: NanoUsd, simulated: boolean): void;
  /** Once for each call that has started, however it ended. */
  settled(call: Call, settlement: Settlement, durationMs: Ms): void;
}

/** Metrics in the plain form that processes exchange: what Prometheus shows of one name. */
export type MetricFamily = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** How the values of several processes become one. */
  readonly aggregator: 'sum' | 'max' | 'first' | 'average' | 'omit';
  readonly values: readonly MetricValue[];
};

export type MetricValue = {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Where it is not the family's: the parts of a histogram. */
  readonly metricName?: string;
};

import type { Call } from '../call.ts';
import type { Settlement } from '../stores/ledger.ts';
import type { Ms, NanoUsd } from '../units.ts';

/** Observes every call. It is on the hot path: it neither waits nor throws. */
export interface CallObserver {
  started(call: Call): void;
  /** Money has been reserved; `settled`, or the same amount with a negative sign, returns it. */
  reserved(amount: NanoUsd, simulated: boolean): void;
  /** Called once for each started call, with or without an answer. */
  settled(call: Call, settlement: Settlement, durationMs: Ms): void;
}

/** A metric in the form that processes exchange: what Prometheus shows under one name. */
export type MetricFamily = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** How the values of several processes are combined. */
  readonly aggregator: 'sum' | 'max' | 'first' | 'average' | 'omit';
  readonly values: readonly MetricValue[];
};

export type MetricValue = {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Set if it differs from the family's: for the parts of a histogram. */
  readonly metricName?: string;
};

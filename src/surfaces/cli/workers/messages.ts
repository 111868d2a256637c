import type { MetricFamily } from '../../../core/call-observer.ts';
import type { DividedLimit, ReceivedParts } from '../../../core/limit-exchange.ts';

/** Messages from a worker to the process that started it. */
export type FromWorker =
  | { readonly type: 'ready'; readonly greeting: string }
  | { readonly type: 'simulator-wanted' }
  | { readonly type: 'metrics-wanted'; readonly ask: number }
  | { readonly type: 'metrics-collected'; readonly ask: number; readonly families: readonly MetricFamily[] }
  | AboutLimits;

/** What a worker says about limits that all workers keep together. */
export type AboutLimits =
  /** It can receive parts, and has none but its first share. */
  | { readonly type: 'limits-wanted' }
  | { readonly type: 'limit-asked'; readonly limit: DividedLimit }
  /** The answer to `spare-limit`. */
  | {
      readonly type: 'limit-spared';
      readonly ask: number;
      readonly limit: DividedLimit;
      readonly parts: number;
    }
  | { readonly type: 'limit-given'; readonly limit: DividedLimit; readonly parts: number };

/** Messages to a worker. */
export type ToWorker =
  | { readonly type: 'simulator'; readonly url: string }
  | { readonly type: 'collect-metrics'; readonly ask: number }
  | {
      readonly type: 'metrics';
      readonly ask: number;
      readonly processes: readonly (readonly MetricFamily[])[];
    }
  | { readonly type: 'spare-limit'; readonly ask: number; readonly limit: DividedLimit }
  | { readonly type: 'limit-parts'; readonly limit: DividedLimit; readonly received: ReceivedParts }
  | { readonly type: 'stop' };

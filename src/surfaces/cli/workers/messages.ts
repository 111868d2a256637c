import type { MetricFamily } from '../../../core/call-observer.ts';

/** Messages from a worker to the process that started it. */
export type FromWorker =
  | { readonly type: 'ready'; readonly greeting: string }
  | { readonly type: 'simulator-wanted' }
  | { readonly type: 'metrics-wanted'; readonly ask: number }
  | { readonly type: 'metrics-collected'; readonly ask: number; readonly families: readonly MetricFamily[] };

/** Messages to a worker. */
export type ToWorker =
  | { readonly type: 'simulator'; readonly url: string }
  | { readonly type: 'collect-metrics'; readonly ask: number }
  | {
      readonly type: 'metrics';
      readonly ask: number;
      readonly processes: readonly (readonly MetricFamily[])[];
    }
  | { readonly type: 'stop' };

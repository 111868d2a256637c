import type { MetricFamily } from '../../../core/telemetry/call-observer.ts';
import type {
  AskPurpose,
  DividedLimit,
  ReceivedPermits,
  SparedPermits,
} from '../../../core/limit-exchange.ts';
import type { ConfigSource } from '../../../core/shared-config.ts';
import type { Standing } from '../../../engine/deployments/health/standing.ts';

/** What one worker knows, for a reply about all of them. */
export type WorkerReport =
  | { readonly kind: 'metrics'; readonly families: readonly MetricFamily[] }
  | { readonly kind: 'deployments'; readonly standing: Standing };

/** Where a gateway listens, as `--host` and `--port` name it. */
export type ListenAddress = { readonly host: string; readonly port: string };

/** Messages from a worker to the process that started it. */
export type FromWorker =
  | { readonly type: 'ready'; readonly greeting: string; readonly address: ListenAddress }
  /** It has been told to stop, and lets its open streams finish. */
  | { readonly type: 'stopping' }
  /** The answer to `ping`. */
  | { readonly type: 'pong' }
  | { readonly type: 'simulator-wanted' }
  /** It starts, and wants the configuration that the others use. */
  | { readonly type: 'config-wanted' }
  /** It uses what it has read from the file. */
  | { readonly type: 'config-loaded'; readonly source: ConfigSource }
  /** It wants what every worker knows. */
  | { readonly type: 'reports-wanted'; readonly ask: number; readonly kind: WorkerReport['kind'] }
  /** The answer to `report-wanted`. */
  | { readonly type: 'reported'; readonly ask: number; readonly report: WorkerReport }
  | AboutLimits;

/** What a worker says about limits that all workers keep together. */
export type AboutLimits =
  /** It can receive permits, and has none but its first share. */
  | { readonly type: 'limits-wanted' }
  | {
      readonly type: 'limit-asked';
      readonly limit: DividedLimit;
      readonly purpose: AskPurpose;
      readonly used: number;
    }
  /** The answer to `limit-use-wanted`. */
  | { readonly type: 'limit-used'; readonly ask: number; readonly used: number }
  /** The answer to `spare-limit`. */
  | {
      readonly type: 'limit-spared';
      readonly ask: number;
      readonly limit: DividedLimit;
      readonly spared: SparedPermits;
    }
  | { readonly type: 'limit-given'; readonly limit: DividedLimit; readonly permits: number };

/** Messages to a worker. */
export type ToWorker =
  | { readonly type: 'ping' }
  | { readonly type: 'simulator'; readonly url: string }
  /** The answer to `config-wanted`; without `source`, no worker has a configuration yet. */
  | { readonly type: 'config'; readonly source?: ConfigSource }
  | { readonly type: 'report-wanted'; readonly ask: number; readonly kind: WorkerReport['kind'] }
  /** The answer to `reports-wanted`. */
  | { readonly type: 'reports'; readonly ask: number; readonly reports: readonly WorkerReport[] }
  | { readonly type: 'limit-use-wanted'; readonly ask: number; readonly limit: DividedLimit }
  | { readonly type: 'spare-limit'; readonly ask: number; readonly limit: DividedLimit }
  | { readonly type: 'limit-permits'; readonly limit: DividedLimit; readonly received: ReceivedPermits }
  | { readonly type: 'stop' };

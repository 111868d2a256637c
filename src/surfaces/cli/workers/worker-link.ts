import cluster from 'node:cluster';
import type { MetricFamily } from '../../../core/telemetry/call-observer.ts';
import type { LimitExchange, LimitHolder, SparedPermits } from '../../../core/limit-exchange.ts';
import type { ConfigSource, SharedConfig } from '../../../core/shared-config.ts';
import type { Standing } from '../../../engine/deployments/health/standing.ts';
import type { FromWorker, ListenAddress, ToWorker, WorkerReport } from './messages.ts';

/** A worker's channel to the process that started it. */
export type WorkerLink = {
  /** Where the first worker listens, in the words of the command's options; empty for the first one. */
  readonly address: Partial<ListenAddress>;
  /** Reports that this worker serves, with the greeting to print. */
  ready(greeting: string, address: ListenAddress): void;
  /** Returns the URL of the simulated models that all workers share. */
  simulator(): Promise<string>;
  /** Returns the metrics of all workers, and the counts of former ones. */
  allMetrics(): Promise<readonly (readonly MetricFamily[])[]>;
  /** Returns what all workers know of the deployments. */
  allDeployments(): Promise<readonly Standing[]>;
  /** Keeps limits together with the other workers. */
  readonly limitExchange: LimitExchange;
  /** Shares the configuration with the other workers. */
  readonly sharedConfig: SharedConfig;
  /** Sets how this worker answers requests for what it knows. */
  onReport(report: (kind: WorkerReport['kind']) => Promise<WorkerReport>): void;
  /**
   * Resolves when this worker is to stop: on a message, when the parent process dies, or on a signal to this worker
   * alone.
   */
  untilStopped(): Promise<void>;
  close(): void;
};

/** Names the variable with a worker's place among the workers, from 0. */
export const placeVariable = 'CONCLAVE_WORKER_PLACE';

/** Names the variable with the address at which the first worker listens. */
export const addressVariable = 'CONCLAVE_WORKER_ADDRESS';

/** `processes`: how many workers there are. */
export function openWorkerLink(processes: number): WorkerLink {
  let asks = 0;
  const waiting = new Map<number, (reports: readonly WorkerReport[]) => void>();
  const simulator = Promise.withResolvers<string>();
  const config = Promise.withResolvers<ConfigSource | undefined>();
  const stopped = Promise.withResolvers<void>();
  let limits: LimitHolder | undefined;
  let report: ((kind: WorkerReport['kind']) => Promise<WorkerReport>) | undefined;

  const send = (message: FromWorker) => {
    if (process.connected) process.send?.(message);
  };
  const gather = (kind: WorkerReport['kind']): Promise<readonly WorkerReport[]> => {
    const ask = (asks += 1);
    return new Promise((resolve) => {
      waiting.set(ask, resolve);
      send({ type: 'reports-wanted', ask, kind });
    });
  };
  const stop = () => {
    send({ type: 'stopping' });
    stopped.resolve();
  };
  process.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'ping':
        return send({ type: 'pong' });
      case 'simulator':
        return simulator.resolve(message.url);
      case 'config':
        return config.resolve(message.source);
      case 'reports':
        waiting.get(message.ask)?.(message.reports);
        return waiting.delete(message.ask);
      case 'report-wanted':
        return void report?.(message.kind).then((made) =>
          send({ type: 'reported', ask: message.ask, report: made }),
        );
      case 'limit-permits':
        return limits?.receive(message.limit, message.received);
      case 'limit-use-wanted':
        return send({ type: 'limit-used', ask: message.ask, used: limits?.used(message.limit) ?? 0 });
      case 'spare-limit': {
        const { ask, limit } = message;
        const answer = (spared: SparedPermits) => send({ type: 'limit-spared', ask, limit, spared });
        return limits ? void limits.spare(limit).then(answer) : answer({ permits: 0 });
      }
      case 'stop':
        return stop();
    }
  });
  // Until this worker listens, only the channel keeps it alive.
  process.channel?.ref();
  process.once('disconnect', () => stopped.resolve());
  // A message to a dying parent process failed: the end of the channel is handled above.
  cluster.worker?.on('error', () => undefined);
  process.once('SIGTERM', stop);
  // Ctrl-C reaches the whole process group: the parent process decides when to stop.
  process.on('SIGINT', () => undefined);

  return {
    address: JSON.parse(process.env[addressVariable] ?? '{}') as Partial<ListenAddress>,
    ready: (greeting, address) => send({ type: 'ready', greeting, address }),
    simulator() {
      send({ type: 'simulator-wanted' });
      return simulator.promise;
    },
    async allMetrics() {
      const reports = await gather('metrics');
      return reports.flatMap((one) => (one.kind === 'metrics' ? [one.families] : []));
    },
    async allDeployments() {
      const reports = await gather('deployments');
      return reports.flatMap((one) => (one.kind === 'deployments' ? one.standing : []));
    },
    limitExchange: {
      place: Number(process.env[placeVariable]),
      processes,
      ask(limit, purpose, used) {
        if (process.connected) send({ type: 'limit-asked', limit, purpose, used });
        else
          limits?.receive(limit, {
            permits: 0,
            wanted: false,
            ...(purpose === 'check' && { checked: true }),
          });
      },
      give: (limit, permits) => send({ type: 'limit-given', limit, permits }),
      connect(holder) {
        limits = holder;
        send({ type: 'limits-wanted' });
      },
    },
    sharedConfig: {
      inUse() {
        send({ type: 'config-wanted' });
        return config.promise;
      },
      loaded: (source) => send({ type: 'config-loaded', source }),
    },
    onReport(answer) {
      report = answer;
    },
    untilStopped: () => stopped.promise,
    close() {
      if (process.connected) cluster.worker?.disconnect();
    },
  };
}

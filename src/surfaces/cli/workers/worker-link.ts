import cluster from 'node:cluster';
import type { MetricFamily } from '../../../core/call-observer.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** A worker's line to the process that started it. */
export type WorkerLink = {
  /** Says that this worker serves, and what a person should read. */
  ready(greeting: string): void;
  /** The simulated models that all workers share. */
  simulator(): Promise<string>;
  /** What the other workers have counted. */
  siblingMetrics(): Promise<readonly (readonly MetricFamily[])[]>;
  /** Answers the others' question with this. */
  onCollect(collect: () => Promise<readonly MetricFamily[]>): void;
  /** Resolves when this worker is to stop: it is told, its starter has died, or somebody meant it alone. */
  untilStopped(): Promise<void>;
  close(): void;
};

export function openWorkerLink(): WorkerLink {
  let asks = 0;
  const waiting = new Map<number, (processes: readonly (readonly MetricFamily[])[]) => void>();
  const simulator = Promise.withResolvers<string>();
  const stopped = Promise.withResolvers<void>();
  let collect: (() => Promise<readonly MetricFamily[]>) | undefined;

  const tell = (message: FromWorker) => {
    if (process.connected) process.send?.(message);
  };
  process.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'simulator':
        return simulator.resolve(message.url);
      case 'metrics':
        waiting.get(message.ask)?.(message.processes);
        return waiting.delete(message.ask);
      case 'collect-metrics':
        return void collect?.().then((families) =>
          tell({ type: 'metrics-collected', ask: message.ask, families }),
        );
      case 'stop':
        return stopped.resolve();
    }
  });
  // Until this worker listens, nothing else may keep it alive.
  process.channel?.ref();
  process.once('disconnect', () => stopped.resolve());
  process.once('SIGTERM', () => stopped.resolve());
  // Ctrl-C reaches the whole group: the one who started us says when to stop.
  process.on('SIGINT', () => undefined);

  return {
    ready: (greeting) => tell({ type: 'ready', greeting }),
    simulator() {
      tell({ type: 'simulator-wanted' });
      return simulator.promise;
    },
    siblingMetrics() {
      const ask = (asks += 1);
      return new Promise((resolve) => {
        waiting.set(ask, resolve);
        tell({ type: 'metrics-wanted', ask });
      });
    },
    onCollect(answer) {
      collect = answer;
    },
    untilStopped: () => stopped.promise,
    close() {
      if (process.connected) cluster.worker?.disconnect();
    },
  };
}

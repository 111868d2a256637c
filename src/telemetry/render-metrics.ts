import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import type { MetricFamily } from '../core/call-observer.ts';

let ownProcess: Registry | undefined;

/** Memory, CPU, event loop and garbage of this process, watched from the first time that somebody asks. */
export async function processFamilies(): Promise<MetricFamily[]> {
  if (!ownProcess) {
    ownProcess = new Registry();
    collectDefaultMetrics({ register: ownProcess });
  }
  // The library's own form for exchange between processes; its types say `string` where the values are ours.
  return (await ownProcess.getMetricsAsJSON()) as unknown as MetricFamily[];
}

/** The text that Prometheus reads, of one process or of several added up. */
export async function renderMetrics(
  processes: readonly (readonly MetricFamily[])[],
): Promise<{ readonly contentType: string; readonly text: string }> {
  const registry = AggregatorRegistry.aggregate(processes.map((families) => [...families]));
  return { contentType: registry.contentType, text: await registry.metrics() };
}

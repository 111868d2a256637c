import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import type { MetricFamily } from '../core/telemetry/call-observer.ts';

let ownProcess: Registry | undefined;

/** Returns memory, CPU, event loop and garbage collection metrics of this process, collected from the first call on. */
export async function processFamilies(): Promise<MetricFamily[]> {
  if (!ownProcess) {
    ownProcess = new Registry();
    collectDefaultMetrics({ register: ownProcess });
  }
  // The library's format for exchange between processes; its types are `string` for some of our literal types.
  return (await ownProcess.getMetricsAsJSON()) as unknown as MetricFamily[];
}

/** Renders the text for Prometheus, of one process or summed over several. */
export async function renderMetrics(
  processes: readonly (readonly MetricFamily[])[],
): Promise<{ readonly contentType: string; readonly text: string }> {
  const registry = AggregatorRegistry.aggregate(processes.map((families) => [...families]));
  return { contentType: registry.contentType, text: await registry.metrics() };
}

import type { MetricFamily } from '../../core/telemetry/call-observer.ts';
import type { Config } from '../../config/schema/config-schema.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import type { ConfigState } from '../../core/config-state.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Foundation } from '../foundation/foundation.ts';
import type { AppOptions } from '../options.ts';

/** What surfaces count, and the metrics that they show. */
export type AppMetrics = Pick<Metrics, 'unauthenticated' | 'answered'> & {
  /** Collects the metrics of this process. */
  collect(): Promise<MetricFamily[]>;
  /** Renders the metrics of all processes that serve together, for Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
};

export function appMetrics(
  { metrics, memory, store }: Foundation,
  { allMetrics, configState }: AppOptions & { readonly configState: () => ConfigState },
  isKnownDeployment: (id: string) => boolean,
): AppMetrics {
  // Loaded on the first scrape: counting does not need it.
  const renderer = () => import('../../telemetry/render-metrics.ts');
  async function collect(): Promise<MetricFamily[]> {
    const { processFamilies } = await renderer();
    const own = metrics.families({
      isKnownDeployment,
      deployments: memory.standings(),
      deadCredentials: memory.deadCredentials(),
      config: configState(),
      unwritten: store.unwritten(),
    });
    return [...own, ...(await processFamilies())];
  }
  return {
    unauthenticated: metrics.unauthenticated,
    answered: metrics.answered,
    collect,
    async render() {
      const { renderMetrics } = await renderer();
      const all = (await allMetrics?.()) ?? [];
      return renderMetrics(all.length === 0 ? [await collect()] : all);
    },
  };
}

/** Returns a check whether the catalogue or the configuration names an id. Only such ids become labels. */
export function knownModels(
  catalogue: Catalogue,
  { aliases, deployments, routing }: Config,
): (model: string) => boolean {
  const named = new Set([
    ...Object.values(aliases),
    ...deployments.map(({ model }) => model),
    ...Object.values(routing.fallbacks).flat(),
  ]);
  return (model) => catalogue.lists(model) || named.has(model);
}

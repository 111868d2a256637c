import type { CallObserver, MetricFamily } from '../core/telemetry/call-observer.ts';
import type { ConfigState } from '../core/config-state.ts';
import type { ErrorCode } from '../core/errors.ts';
import { version } from '../core/version.ts';
import { callMetrics, counter, gauge, otherModel } from './call-metrics.ts';
import { maskSecrets } from './mask-secrets.ts';
import { counterMap } from './counter-map.ts';

/** Why a request had no valid key. */
export type NoKeyReason = 'missing' | 'unknown' | 'refused';

/** All counters of this process; they outlive a configuration. */
export type Metrics = {
  observer(isKnown: (model: string) => boolean): CallObserver;
  /** Counts a request without a valid key; it leaves no ledger row. */
  unauthenticated(reason: NoKeyReason): void;
  /** Counts a finished request. `route` comes from the table of routes, never from the request. */
  answered(route: string, status: number): void;
  families(gauges: Gauges): MetricFamily[];
};

/** Values that are not counted but read on each scrape. */
export type Gauges = {
  /** Whether the configuration names it. Only such deployments become labels, so that callers cannot create series. */
  readonly isKnownDeployment: (id: string) => boolean;
  readonly deployments: readonly { readonly id: string; readonly healthy: boolean }[];
  readonly deadCredentials: readonly {
    readonly provider: string;
    /** The variable or the place in the config; never the secret. */
    readonly credential: string;
    readonly code: ErrorCode;
  }[];
  readonly config: ConfigState;
  /** Finished calls whose row is not stored yet. */
  readonly unwritten: number;
};

export function openMetrics(): Metrics {
  const calls = callMetrics();
  const unauthenticated = counterMap(['reason']);
  const answered = counterMap(['route', 'status']);
  return {
    observer: calls.observer,
    unauthenticated: (reason) => unauthenticated.add(reason),
    answered: (route, status) => answered.add(route, String(status)),
    families: (gauges) => [
      ...calls.families(),
      counter('conclave_http_requests_total', 'Requests that were answered.', answered.values()),
      counter(
        'conclave_unauthenticated_requests_total',
        'Requests without a valid key; they leave no row in the ledger.',
        unauthenticated.values(),
      ),
      ...deploymentFamilies(gauges),
      gauge('conclave_calls_unwritten', 'Ended calls whose row could not be written yet.', [
        { value: gauges.unwritten, labels: {} },
      ]),
      {
        ...gauge('conclave_config_refused', '1 while a newer configuration is refused.', [
          { value: gauges.config.refused ? 1 : 0, labels: {} },
        ]),
        aggregator: 'max',
      },
      {
        ...gauge('conclave_build_info', 'What runs here.', [
          { value: 1, labels: { version, node: process.version } },
        ]),
        aggregator: 'first',
      },
    ],
  };
}

/** Builds the families of deployments. The unknown ones share one series, with the worst health. */
function deploymentFamilies({ deployments, deadCredentials, isKnownDeployment }: Gauges): MetricFamily[] {
  const benched = new Map<string, number>();
  for (const { id, healthy } of deployments) {
    const deployment = isKnownDeployment(id) ? id : otherModel;
    benched.set(deployment, Math.max(benched.get(deployment) ?? 0, healthy ? 0 : 1));
  }
  const sick = gauge(
    'conclave_deployment_benched',
    '1 while a deployment is benched or its breaker is open, in any process.',
    [...benched].map(([deployment, value]) => ({ value, labels: { deployment } })),
  );
  const dead = gauge(
    'conclave_credential_dead',
    '1 for a credential that its provider refuses or that has no money left.',
    deadCredentials.map(({ provider, credential, code }) => ({
      value: 1,
      labels: { provider, credential: maskSecrets(credential), error_type: code },
    })),
  );
  return [
    { ...sick, aggregator: 'max' },
    { ...dead, aggregator: 'max' },
  ];
}

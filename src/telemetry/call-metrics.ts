import type { CallObserver, MetricFamily } from '../core/telemetry/call-observer.ts';
import type { AttemptRow } from '../core/stores/ledger.ts';
import { type NanoUsd, usdFromNano } from '../core/units.ts';
import type { Usage } from '../core/money/usage.ts';
import { counterMap } from './counter-map.ts';
import { histogramValues, newHistogram, observe, type Histogram } from './histogram.ts';
import { seriesTree } from './series-tree.ts';

/** Totals of calls since the process started. */
export type CallMetrics = {
  /**
   * Counts calls of one configuration. Models unknown to `isKnown` share one label, so that callers cannot create
   * series.
   */
  observer(isKnown: (model: string) => boolean): CallObserver;
  families(): MetricFamily[];
};

/** Label of models that neither the catalogue nor the configuration names. */
export const otherModel = 'other';

type ModelSeries = {
  readonly labels: Readonly<Record<'model' | 'provider' | 'simulated', string>>;
  readonly duration: Histogram;
  readonly firstToken: Histogram;
  readonly tokens: Record<TokenType, number>;
  cost: NanoUsd;
  unknownPrice: number;
};

const tokenTypes = ['input', 'output', 'cache_read', 'cache_write', 'reasoning'] as const;

type TokenType = (typeof tokenTypes)[number];

export function callMetrics(): CallMetrics {
  const calls = counterMap(['surface', 'dialect', 'model', 'state', 'error_type']);
  const attempts = counterMap(['provider', 'model', 'outcome', 'error_type']);
  const models = seriesTree(newSeries);
  const open = { calls: 0, streams: 0 };
  const reserved = { real: 0n, simulated: 0n };

  function seriesOf(model: string, provider: string, simulated: boolean): ModelSeries {
    return models.of(model, provider, String(simulated));
  }

  function addAttempt(attempt: AttemptRow, model: string): void {
    attempts.add(attempt.provider, model, attempt.outcome, attempt.errorCode ?? 'none');
    const series = seriesOf(model, attempt.provider, attempt.simulated);
    addTokens(series.tokens, attempt.usage);
    if (attempt.cost === undefined) series.unknownPrice += 1;
    else series.cost += attempt.cost;
  }

  return {
    observer(isKnown) {
      const labelOf = (model: string | undefined) =>
        model === undefined ? 'none' : isKnown(model) ? model : otherModel;
      return {
        started({ request }) {
          open.calls += 1;
          if (request.stream) open.streams += 1;
        },
        reserved(amount, simulated) {
          reserved[simulated ? 'simulated' : 'real'] += amount;
        },
        settled({ request, surface, raw }, settlement, durationMs) {
          open.calls -= 1;
          if (request.stream) open.streams -= 1;
          const model = labelOf(settlement.model);
          const dialect = raw?.dialect ?? 'none';
          calls.add(surface, dialect, model, settlement.state, settlement.errorCode ?? 'none');
          let asksItself = true;
          for (const attempt of settlement.attempts) {
            if (attempt.madeBy === undefined) addAttempt(attempt, labelOf(attempt.model));
            else asksItself = false;
          }
          const { provider = 'none', simulated } = settlement;
          const series = seriesOf(model, provider, simulated);
          observe(series.duration, durationMs / 1_000);
          // The wait for a cascade's answer was mostly spent on other models.
          if (asksItself && settlement.firstByteMs !== undefined)
            observe(series.firstToken, settlement.firstByteMs / 1_000);
        },
      };
    },
    families() {
      const series = models.all().map((one) => one.series);
      return [
        counter('conclave_calls_total', 'Calls that have ended.', calls.values()),
        counter('conclave_attempts_total', 'Requests to providers.', attempts.values()),
        histogram('conclave_call_duration_seconds', 'From the call to its settled end.', series, 'duration'),
        histogram(
          'conclave_time_to_first_token_seconds',
          'From the first attempt to the first content.',
          series,
          'firstToken',
        ),
        counter(
          'conclave_tokens_total',
          'Tokens, estimated where a provider counted none; the types are disjoint.',
          series.flatMap(({ labels, tokens }) =>
            tokenTypes.map((type) => ({ value: tokens[type], labels: { ...labels, type } })),
          ),
        ),
        counter(
          'conclave_cost_usd_total',
          'What attempts of known price have cost.',
          series.map(({ labels, cost }) => ({ value: usdFromNano(cost), labels })),
        ),
        counter(
          'conclave_unknown_price_attempts_total',
          'Attempts of unknown cost.',
          series.map(({ labels, unknownPrice }) => ({ value: unknownPrice, labels })),
        ),
        gauge('conclave_calls_open', 'Calls under way.', [{ value: open.calls, labels: {} }]),
        gauge('conclave_streams_open', 'Streamed calls under way.', [{ value: open.streams, labels: {} }]),
        gauge('conclave_reserved_usd', 'Money set aside for calls under way.', [
          { value: usdFromNano(reserved.real), labels: { simulated: 'false' } },
          { value: usdFromNano(reserved.simulated), labels: { simulated: 'true' } },
        ]),
      ];
    },
  };
}

function newSeries([model = '', provider = '', simulated = '']: readonly string[]): ModelSeries {
  return {
    labels: { model, provider, simulated },
    duration: newHistogram(),
    firstToken: newHistogram(),
    tokens: { input: 0, output: 0, cache_read: 0, cache_write: 0, reasoning: 0 },
    cost: 0n,
    unknownPrice: 0,
  };
}

function addTokens(tokens: Record<TokenType, number>, usage: Usage): void {
  tokens.input += usage.input;
  tokens.output += usage.output;
  tokens.cache_read += usage.cacheRead;
  tokens.cache_write += usage.cacheWrite + usage.cacheWriteLong;
  tokens.reasoning += usage.reasoning;
}

function histogram(
  name: string,
  help: string,
  series: readonly ModelSeries[],
  which: 'duration' | 'firstToken',
): MetricFamily {
  const values = series
    .filter((one) => one[which].count > 0)
    .flatMap((one) => histogramValues(name, one.labels, one[which]));
  return { name, help, type: 'histogram', aggregator: 'sum', values };
}

export function counter(name: string, help: string, values: MetricFamily['values']): MetricFamily {
  return { name, help, type: 'counter', aggregator: 'sum', values };
}

export function gauge(name: string, help: string, values: MetricFamily['values']): MetricFamily {
  return { name, help, type: 'gauge', aggregator: 'sum', values };
}

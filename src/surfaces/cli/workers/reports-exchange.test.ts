import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricFamily } from '../../../core/telemetry/call-observer.ts';
import { renderMetrics } from '../../../telemetry/render-metrics.ts';
import type { ToWorker } from './messages.ts';
import { reportsExchange } from './reports-exchange.ts';

test('the sum over workers never falls while one does not answer, and after it has died', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const silent = new Set<number>();
  const counted = new Map([
    [1, 10],
    [2, 20],
    [3, 30],
  ]);
  let rendered: Promise<{ readonly text: string }> | undefined;
  const exchange = reportsExchange((worker, message: ToWorker) => {
    if (message.type === 'reports') {
      rendered = renderMetrics(
        message.reports.flatMap((one) => (one.kind === 'metrics' ? [one.families] : [])),
      );
    } else if (message.type === 'report-wanted' && !silent.has(worker)) {
      const report = { kind: 'metrics', families: familiesOf(counted.get(worker) ?? 0) } as const;
      exchange.receive(worker, { type: 'reported', ask: message.ask, report });
    }
  });
  for (const worker of counted.keys()) exchange.joined(worker);
  const scrape = async (worker = 1) => {
    exchange.receive(worker, { type: 'reports-wanted', ask: 1, kind: 'metrics' });
    t.mock.timers.tick(2_000);
    const { text } = (await rendered) ?? { text: '' };
    const valueOf = (series: string) => Number(text.split(`${series} `)[1]?.split('\n')[0]);
    return [valueOf('calls_total{state="ok"}'), valueOf('wait_bucket{le="1"}'), valueOf('in_flight{of="a"}')];
  };

  assert.deepEqual(await scrape(), [60, 60, 3]);
  silent.add(2);
  counted.set(1, 11);
  assert.deepEqual(await scrape(), [61, 61, 2], 'what it had counted stays; what it holds is not known');
  silent.clear();
  counted.set(2, 22);
  assert.deepEqual(await scrape(), [63, 63, 3], 'and is not counted twice when it answers again');
  for (const dead of [2, 3]) exchange.left(dead);
  assert.deepEqual(await scrape(), [63, 63, 1]);
  counted.set(4, 1);
  assert.deepEqual(await scrape(4), [63, 63, 1], 'one that does not serve yet answers for the others');
  exchange.joined(4);
  assert.deepEqual(await scrape(4), [64, 64, 2]);
});

test('a worker that dies while others still answer counts once, also if its report arrives late', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked: number[] = [];
  let counts: number[] = [];
  const exchange = reportsExchange((worker, message: ToWorker) => {
    if (message.type === 'report-wanted') asked[worker] = message.ask;
    if (message.type !== 'reports') return;
    const families = message.reports.flatMap((one) => (one.kind === 'metrics' ? one.families : []));
    counts = families.filter(({ name }) => name === 'calls_total').map(({ values }) => values[0]?.value ?? 0);
  });
  const report = (worker: number, count: number) =>
    exchange.receive(worker, {
      type: 'reported',
      ask: asked[worker] ?? 0,
      report: { kind: 'metrics', families: familiesOf(count) },
    });
  for (const worker of [1, 2, 3]) exchange.joined(worker);
  exchange.receive(1, { type: 'reports-wanted', ask: 1, kind: 'metrics' });
  report(1, 1);
  report(2, 20);
  exchange.left(2);
  report(2, 20);
  report(3, 300);
  assert.deepEqual(counts, [1, 300, 20]);
});

test('a worker that does not serve yet, before any other does, is told at once that it answers for itself', () => {
  for (const kind of ['metrics', 'deployments'] as const) {
    const sent: ToWorker[] = [];
    const exchange = reportsExchange((_, message) => sent.push(message));
    exchange.receive(1, { type: 'reports-wanted', ask: 7, kind });
    assert.deepEqual(sent, [{ type: 'reports', ask: 7, reports: [] }]);
  }
});

function familiesOf(count: number): MetricFamily[] {
  const family = { help: 'for the test', aggregator: 'sum' } as const;
  return [
    { ...family, name: 'calls_total', type: 'counter', values: [{ value: count, labels: { state: 'ok' } }] },
    {
      ...family,
      name: 'wait',
      type: 'histogram',
      values: [{ value: count, labels: { le: 1 }, metricName: 'wait_bucket' }],
    },
    { ...family, name: 'in_flight', type: 'gauge', values: [{ value: 1, labels: { of: 'a' } }] },
  ];
}

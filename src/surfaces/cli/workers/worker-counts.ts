import type { MetricFamily, MetricValue } from '../../../core/telemetry/call-observer.ts';

/**
 * What each worker had counted when it was last asked. It is kept while a worker does not answer and after its death,
 * so that the sums over all workers never fall: to Prometheus, a counter that falls began again at zero, and all that
 * remains was counted anew.
 */
export class WorkerCounts {
  #ofLiving = new Map<number, readonly MetricFamily[]>();
  #ofDead = new Map<string, Counts>();

  /** Takes note of a worker's metrics; only counters and histograms are kept. */
  said(worker: number, families: readonly MetricFamily[]): void {
    this.#ofLiving.set(
      worker,
      families.filter(({ type }) => type !== 'gauge'),
    );
  }

  left(worker: number): void {
    for (const family of this.#ofLiving.get(worker) ?? []) this.#addToDead(family);
    this.#ofLiving.delete(worker);
  }

  /** Returns what those of `silent` said last, and what the dead did; none for those that said nothing. */
  ofMissing(silent: Iterable<number>): (readonly MetricFamily[])[] {
    const dead = [...this.#ofDead.values()].map(({ family, values }) => ({
      ...family,
      values: [...values.values()],
    }));
    const all = [...[...silent].map((worker) => this.#ofLiving.get(worker) ?? []), dead];
    return all.filter(({ length }) => length > 0);
  }

  #addToDead(family: MetricFamily): void {
    const counts = this.#ofDead.get(family.name) ?? { family, values: new Map<string, MetricValue>() };
    this.#ofDead.set(family.name, counts);
    for (const value of family.values) {
      const series = JSON.stringify([value.metricName, Object.entries(value.labels).toSorted()]);
      const before = counts.values.get(series)?.value ?? 0;
      counts.values.set(series, { ...value, value: before + value.value });
    }
  }
}

type Counts = { readonly family: MetricFamily; readonly values: Map<string, MetricValue> };

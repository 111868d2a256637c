import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { measure, withProxies, type ProxyTarget } from '../compare-proxies.ts';
import { median } from '../median.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';
import { conclave } from '../targets/conclave.ts';
import { scenarios } from '../workload.ts';

/** Longer than the eight seconds after which V8 tidies up, and than what that takes. */
const pauseMs = 20_000;
/** V8's own; a bench gives it more. */
const v8Patience = '--memory-reducer-delay-ms=8000';
const impatient = join(import.meta.dirname, '../processes/lose-patience.ts');

/** What a request costs right before a pause and right after it: with V8's own patience, and with the gateway's. */
export async function pause({ rounds }: BenchOptions): Promise<Section> {
  const [whole] = scenarios;
  if (!whole) throw new Error('there is no scenario');
  const targets: ProxyTarget[] = [
    conclave('with the patience of V8', 'openai-chat', [v8Patience, '--import', impatient]),
    conclave('as it is', 'openai-chat'),
  ];
  const rows = await withProxies(targets, async (proxies, load) => {
    const found: string[][] = [];
    for (const one of proxies) {
      const before: number[] = [];
      const after: number[] = [];
      await measure(one, load, { ...whole, requests: whole.warmup });
      for (let round = 0; round < rounds; round++) {
        before.push((await measure(one, load, whole)).cpuPerRequest);
        await sleep(pauseMs);
        after.push((await measure(one, load, whole)).cpuPerRequest);
        await measure(one, load, { ...whole, requests: whole.warmup / 3 });
      }
      const [quick, slow] = [median(before), median(after)];
      found.push([one.target.name, quick.toFixed(0), slow.toFixed(0), (slow / quick).toFixed(2)]);
    }
    return found;
  });
  return {
    title: 'After a pause',
    explanation:
      `CPU time per whole request of 2 KB: ${whole.requests} of them right before and right after ${pauseMs / 1_000} s without requests, medians of ${rounds} pauses. ` +
      'By default, V8 discards compiled code after eight seconds without work; the gateway sets a longer time.',
    columns: ['', 'before, µs', 'after, µs', '×'],
    rows,
  };
}

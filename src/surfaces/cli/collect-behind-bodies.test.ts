import assert from 'node:assert/strict';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { collectBehindBodies } from './collect-behind-bodies.ts';

const mebibyte = 2 ** 20;

/** Young collections while `work` runs; waits until as many as are wanted have been reported. */
async function youngCollections(wanted: number, work: () => void): Promise<number> {
  const seen: unknown[] = [];
  const observer = new PerformanceObserver((list) => {
    const details = list.getEntries().map((entry) => 'detail' in entry && entry.detail);
    seen.push(...details.filter((detail) => isOfKind(detail, constants.NODE_PERFORMANCE_GC_MINOR)));
  });
  observer.observe({ entryTypes: ['gc'] });
  work();
  const giveUpAt = Date.now() + 5_000;
  while (seen.length < wanted && Date.now() < giveUpAt) await sleep(20);
  observer.disconnect();
  return seen.length;
}

function isOfKind(detail: unknown, kind: number): boolean {
  return typeof detail === 'object' && detail !== null && 'kind' in detail && detail.kind === kind;
}

test('a young collection follows every four megabytes of large bodies', async () => {
  const tell = collectBehindBodies();
  const seen = await youngCollections(10, () => {
    for (let body = 0; body < 40; body++) tell(mebibyte);
  });
  assert.ok(seen >= 10, `${seen} young collections behind 40 MB`);
});

test('small bodies are left to V8, however many there are', async () => {
  const tell = collectBehindBodies();
  const seen = await youngCollections(1, () => {
    for (let body = 0; body < 20_000; body++) tell(2_048);
    tell(4 * mebibyte);
  });
  assert.ok(seen >= 1 && seen < 10, `${seen} young collections behind 40 MB of small bodies and a large one`);
});

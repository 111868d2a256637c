import assert from 'node:assert/strict';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { test } from 'node:test';
import { until } from '../../../test/support/until.ts';
import { collectAfterBodies } from './collect-after-bodies.ts';

const mebibyte = 2 ** 20;

/** Waits until V8 has reported that many young collections. */
async function youngCollections(wanted: number, work: () => void): Promise<void> {
  const seen: unknown[] = [];
  const observer = new PerformanceObserver((list) => {
    const details = list.getEntries().map((entry) => 'detail' in entry && entry.detail);
    seen.push(...details.filter((detail) => isOfKind(detail, constants.NODE_PERFORMANCE_GC_MINOR)));
  });
  observer.observe({ entryTypes: ['gc'] });
  work();
  await until(
    () => seen.length >= wanted,
    () => `${wanted} young collections, not ${seen.length}`,
    { everyMs: 20 },
  );
  observer.disconnect();
}

function isOfKind(detail: unknown, kind: number): boolean {
  return typeof detail === 'object' && detail !== null && 'kind' in detail && detail.kind === kind;
}

test('a young collection follows every four megabytes of large bodies', async () => {
  const tell = collectAfterBodies();
  await youngCollections(10, () => {
    for (let body = 0; body < 40; body++) tell(mebibyte);
  });
});

test('small bodies are left to V8, however many there are', () => {
  let collections = 0;
  const tell = collectAfterBodies({ openCollector: () => () => void (collections += 1) });
  for (let body = 0; body < 20_000; body++) tell(2_048);
  assert.equal(collections, 0);
  tell(4 * mebibyte);
  assert.equal(collections, 1);
});

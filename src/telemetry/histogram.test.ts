import assert from 'node:assert/strict';
import { test } from 'node:test';
import { histogramValues, newHistogram, observe } from './histogram.ts';

test('a bucket counts the durations up to its bound, the bound itself included', () => {
  const bounds = histogramValues('wait', {}, newHistogram()).flatMap(({ labels }) =>
    typeof labels['le'] === 'number' ? [labels['le']] : [],
  );
  assert.ok(bounds.length > 5);
  for (const bound of bounds) {
    const histogram = newHistogram();
    for (const seconds of [bound * 0.999, bound, bound * 1.001]) observe(histogram, seconds);
    const counted = histogramValues('wait', {}, histogram);
    assert.equal(counted.find(({ labels }) => labels['le'] === bound)?.value, 2, `${bound}`);
  }
});

test('buckets are cumulative, and the last one holds every duration', () => {
  const histogram = newHistogram();
  const durations = [0, 0.01, 0.3, 7, 600, 3_600];
  for (const seconds of durations) observe(histogram, seconds);
  const values = histogramValues('wait', { model: 'm' }, histogram);
  const buckets = values.filter(({ metricName }) => metricName === 'wait_bucket');
  for (const { labels, value } of buckets) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    assert.equal(value, durations.filter((seconds) => seconds <= bound).length, `${bound}`);
    assert.equal(labels['model'], 'm');
  }
  assert.deepEqual(
    values.slice(-2).map(({ metricName, value }) => [metricName, value]),
    [
      ['wait_sum', durations.reduce((sum, seconds) => sum + seconds, 0)],
      ['wait_count', durations.length],
    ],
  );
});

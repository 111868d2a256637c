import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTraceContext } from './call-tracer.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const good = `00-${traceId}-b7ad6b7169203331-01`;

test('reads a trace context, and the known part of one of a later version', () => {
  assert.deepEqual(readTraceContext(good, 'vendor=1'), {
    traceparent: good,
    traceId,
    tracestate: 'vendor=1',
  });
  const later = `01-${traceId}-b7ad6b7169203331-01-more`;
  assert.equal(readTraceContext(later, undefined)?.traceparent, later.slice(0, 55));
});

test('ignores a malformed trace context, as the standard says', () => {
  for (const bad of [
    undefined,
    ['a', 'b'],
    '',
    'nonsense',
    good.toUpperCase(),
    `${good}-more`,
    `ff${good.slice(2)}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `${good}\r\nx: y`,
  ])
    assert.equal(readTraceContext(bad, undefined), undefined, String(bad));
});

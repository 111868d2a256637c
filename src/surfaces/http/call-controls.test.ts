import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callControls } from './call-controls.ts';

test('reads tags in any script', () => {
  const sent = (text: string) => Buffer.from(text).toString('latin1');
  assert.deepEqual(callControls({ 'x-conclave-tags': sent('größe, 東京') }, []).tags, ['größe', '東京']);
  assert.deepEqual(
    callControls({ 'x-conclave-tags': 'caf\u00e9' }, []).tags,
    ['café'],
    'latin1 stays readable',
  );
});

test('an unknown x-conclave header or value is refused, with the nearest valid name', () => {
  const refused = (headers: Record<string, string>) => {
    try {
      callControls(headers, ['auto', 'cost']);
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return 'taken';
  };
  assert.match(refused({ 'x-conclave-teir': 'economy' }), /did you mean "x-conclave-tier"\?/);
  assert.match(refused({ 'x-conclave-strict': 'yes' }), /"yes" is not one of true, false/);
  assert.match(refused({ 'x-conclave-policy': 'chepest' }), /"chepest" is not one of auto, cost/);
  for (const wrong of ['-1', '0', 'much', 'Infinity', '1e300', '1000000001'])
    assert.match(refused({ 'x-conclave-max-cost-usd': wrong }), /is not a positive number of dollars/, wrong);
  assert.match(refused({ 'x-conclave-max-latency-ms': '-1' }), /not a positive number/);
  assert.equal(refused({ 'x-conclave-policy': 'cost', 'x-conclave-strict': 'true' }), 'taken');
});

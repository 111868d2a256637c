import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerLengths } from './answer-lengths.ts';

test('the expected answer length moves from a guess to recent answers, for each kind of work', () => {
  const lengths = answerLengths();
  const [chat, classification] = [lengths.of('chat'), lengths.of('classification')];
  assert.ok(classification < chat && lengths.of(undefined) === chat);
  lengths.remember('chat', 5_000);
  assert.ok(lengths.of('chat') < 1_000, 'one long answer changes little');
  for (let n = 0; n < 300; n += 1) lengths.remember('chat', 2_000);
  assert.ok(Math.abs(lengths.of('chat') - 2_000) < 100, String(lengths.of('chat')));
  for (let n = 0; n < 1_000; n += 1) lengths.remember('chat', 50);
  assert.ok(lengths.of('chat') < 100, 'and the average follows recent answers');
  assert.equal(lengths.of('classification'), classification);
});

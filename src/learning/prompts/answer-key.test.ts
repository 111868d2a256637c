import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerKey, markedAnswer } from './answer-key.ts';

test('answers that mean the same have the same key', () => {
  const same = [
    ['18', '$18', '18.0', ' 18 ', '\\boxed{18}', '$\\boxed{18}$', '1_8'.replace('_', '')],
    ['1,234.50', '1234.5', '$1,234.50'],
    ['-0.50', '-.5', '-00.5'],
    ['0', '-0', '0.0', '00'],
    ['50%', '50 %', '50\\%'],
    ['[1, 2, 3]', '[1,2,3]', '[ 1, 2, 3 ]'],
    ["{'a': 'b'}", '{"a": "b"}'],
    ['\\frac{1}{2}', '\\dfrac{1}{2}', '\\frac{1} {2}'],
  ];
  for (const group of same) assert.equal(new Set(group.map(answerKey)).size, 1, group.join(' | '));
});

test('answers that differ have different keys', () => {
  for (const [a, b] of [
    ['18', '-18'],
    ['1.5', '15'],
    ['Yes', 'No'],
    ['[1, 2]', '[2, 1]'],
    ['a b', 'ab'],
    ['1,2', '12'],
    ['9223372036854775808', '9223372036854775807'],
    ['0.12345678901234567890', '0.12345678901234567891'],
  ]) {
    assert.notEqual(answerKey(a), answerKey(b), `${a} and ${b}`);
  }
});

test('an empty answer agrees with none', () => {
  for (const none of [undefined, '', '  ']) assert.equal(answerKey(none), undefined);
});

test('finds the final answer of a text, however it is marked', () => {
  assert.equal(markedAnswer('{"reasoning": "9 - 3", "answer": "6 apples"}'), '6 apples');
  assert.equal(markedAnswer('```json\n{"reasoning": "", "answer": 42}\n```'), '42');
  assert.equal(markedAnswer('So we get \\boxed{\\frac{1}{2}}.'), '\\frac{1}{2}');
  assert.equal(markedAnswer('2 + 2 = <<2+2=4>>4\n#### 4'), '4');
  assert.equal(markedAnswer('Let us see.\nThe answer is **Paris**.'), 'Paris');
  assert.equal(markedAnswer('Answer: 41.\n\n**Answer:** **42**.\nI hope this helps.'), '42');
  assert.equal(markedAnswer('Answer:\n\n7 apples. .'), '7 apples');
  assert.equal(markedAnswer('Answer: yes\nAnswer: '), 'yes');
  assert.equal(markedAnswer('Paris'), undefined);
  assert.equal(markedAnswer('First, consider the rivers.\nThen consider the hills.'), undefined);
});

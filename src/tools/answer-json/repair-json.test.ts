import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repairJson } from './repair-json.ts';

const issues = (count: number) => '{"title":"a"},'.repeat(count);

test('a cut text is repaired whole', () => {
  const whole = repairJson(`{"issues":[${issues(500)}`);
  assert.equal(whole?.isBeginning, false);
  assert.equal(JSON.parse(whole?.text ?? '').issues.length, 500);
});

test('of a text that cannot be repaired, whatever its length, the beginning up to that place is, and it says so', () => {
  for (const count of [5, 500, 5_000, 14_000])
    for (const end of ['{"title":"x":"y":::}', '}: '.repeat(count)]) {
      const beginning = repairJson(`{"issues":[${issues(count)}${end}`);
      assert.equal(beginning?.isBeginning, true);
      const read = JSON.parse(beginning?.text ?? '').issues.length;
      assert.ok(read >= count && read <= count + 1, `${count} ${end.slice(0, 9)}: ${read}`);
    }
});

test('of a text that would take too long, or is too deep, the beginning is repaired, and it says so', () => {
  for (const end of [`{"title":"${'so "a" is "b" '.repeat(40_000)}`, '['.repeat(30_000)]) {
    const beginning = repairJson(`{"issues":[{"title":"a"},${end}`);
    assert.equal(beginning?.isBeginning, true);
    assert.equal(JSON.parse(beginning?.text ?? '').issues[0].title, 'a');
  }
});

test('a text that is no JSON from its first character is not repaired', () => {
  assert.equal(repairJson('}'), undefined);
});

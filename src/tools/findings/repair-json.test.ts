import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repairJson } from './repair-json.ts';

test('what cannot be repaired at all is not mistaken for its beginning', () => {
  const item = '{"title":"a"},';
  const broken = `{"issues":[${item.repeat(500)}]} } : { nothing`;
  assert.ok(broken.length > 2_000 && broken.length < 20_000);
  assert.deepEqual(repairJson(broken), { isTooLong: false });
});

test('a cut text is repaired whole; of one that would take too long, the beginning is, and it says so', () => {
  const cut = `{"issues":[${'{"title":"a"},'.repeat(500)}`;
  const whole = repairJson(cut);
  assert.equal(whole.isTooLong, false);
  assert.equal(JSON.parse(whole.text ?? '').issues.length, 500);
  const endless = `{"issues":[{"title":"a"},{"title":"${'so "a" is "b" '.repeat(40_000)}`;
  const beginning = repairJson(endless);
  assert.equal(beginning.isTooLong, true);
  assert.equal(JSON.parse(beginning.text ?? '').issues[0].title, 'a');
});

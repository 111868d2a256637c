import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MinuteWindow } from './minute-window.ts';

test('no minute exceeds a limit, wherever in its second it begins', () => {
  for (const begin of [0, 1, 900, 999]) {
    const window = new MinuteWindow();
    window.add(1, begin);
    for (const later of [0, 30_000, 59_999])
      assert.ok(window.waitFor(1, 1, begin + later) > 0, `${begin} + ${later}`);
    const wait = window.waitFor(1, 1, begin);
    assert.ok(wait >= 60_000 && wait <= 61_000, `${wait} ms`);
    assert.equal(window.waitFor(1, 1, begin + wait), 0);
    assert.ok(window.waitFor(1, 1, begin + wait - 1) > 0);
  }
});

test('an amount that was counted too much is taken back, and a wish above the limit never fits', () => {
  const window = new MinuteWindow();
  window.add(500, 10_000);
  window.add(-200, 12_000);
  assert.equal(window.used(12_500), 300);
  assert.equal(window.waitFor(700, 1_000, 12_500), 0);
  assert.ok(window.waitFor(701, 1_000, 12_500) > 0);
  assert.equal(window.waitFor(1_001, 1_000, 12_500), Infinity);
  assert.equal(window.idle(12_500), false);
  assert.equal(window.idle(73_000), true);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { acceptanceCalibration } from './acceptance-calibration.ts';

test('without outcomes a chance is what was worked out', () => {
  const { calibrated } = acceptanceCalibration();
  for (const chance of [0, 0.05, 0.33, 0.5, 0.95, 1]) {
    assert.ok(Math.abs(calibrated(chance) - chance) < 1e-9, `${chance}`);
  }
});

test('a chance of 0.9 that is right half of the time becomes about a half, and further on with every outcome', () => {
  const calibration = acceptanceCalibration();
  let before = calibration.calibrated(0.92);
  for (let n = 0; n < 400; n += 1) {
    calibration.record(0.92, n % 2);
    if (n % 100 !== 99) continue;
    const now = calibration.calibrated(0.92);
    assert.ok(now < before);
    before = now;
  }
  assert.ok(Math.abs(before - 0.5) < 0.06, `${before}`);
});

test('more signals for an answer never make it worse, whatever the outcomes were', () => {
  const outcomes = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1)),
    { maxLength: 300 },
  );
  const chances = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(outcomes, chances, (seen, [a, b]) => {
      const calibration = acceptanceCalibration();
      for (const [chance, score] of seen) calibration.record(chance, score);
      const [low, high] = a < b ? [a, b] : [b, a];
      assert.ok(calibration.calibrated(low) <= calibration.calibrated(high) + 1e-12);
      assert.ok(calibration.calibrated(high) >= 0 && calibration.calibrated(high) <= 1);
    }),
  );
});

test('a snapshot says the same again', () => {
  const calibration = acceptanceCalibration();
  for (let n = 0; n < 50; n += 1) calibration.record(0.7, n % 3 === 0 ? 1 : 0);
  const again = acceptanceCalibration(JSON.parse(JSON.stringify(calibration.snapshot())));
  assert.equal(again.calibrated(0.66), calibration.calibrated(0.66));
});

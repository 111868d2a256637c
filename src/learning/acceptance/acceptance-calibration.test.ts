import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { acceptanceCalibration } from './acceptance-calibration.ts';
import { acceptanceWeights, signalNames } from './acceptance-weights.ts';

const said = (chance: number, score: number, keyId = 'key') => ({ chance, score, keyId, at: 0 });

test('the committed weights cover every signal, name their source, and stay within what was measured', () => {
  const { odds, source, signs, curve } = acceptanceWeights;
  for (const name of signalNames) assert.ok(Number.isFinite(odds[name]) && signs[name] > 0, name);
  assert.match(source, /^[1-9]\d+ real answers to [1-9]\d+ questions/);
  assert.equal(curve.right.length, curve.bounds.length + 1);
  assert.deepEqual(
    curve.right,
    curve.right.toSorted((a, b) => a - b),
  );
  const { calibrated } = acceptanceCalibration();
  assert.ok(calibrated(1) < 0.99, 'a sum of signals is no proof');
});

test('a chance of 0.96 that is right half of the time approaches one half with every outcome', () => {
  const calibration = acceptanceCalibration();
  let before = calibration.calibrated(0.96);
  for (let n = 0; n < 400; n += 1) {
    calibration.record(said(0.96, n % 2));
    if (n % 100 !== 99) continue;
    const now = calibration.calibrated(0.96);
    assert.ok(now < before);
    before = now;
  }
  // The measurements of lower chances pull it up a little.
  assert.ok(before > 0.45 && before < 0.65, `${before}`);
});

test('one key cannot lower the calibration against the outcomes of others', () => {
  const calibration = acceptanceCalibration();
  for (let n = 0; n < 200; n += 1) calibration.record(said(0.96, 1, `key ${n % 4}`));
  for (let n = 0; n < 5_000; n += 1) calibration.record(said(0.96, 0, 'hostile'));
  assert.ok(calibration.calibrated(0.96) > 0.45, 'it counts for no more than they do together');
});

test('a higher raw chance never gets a lower calibrated one, whatever the outcomes', () => {
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
      for (const [chance, score] of seen) calibration.record(said(chance, score));
      const [low, high] = a < b ? [a, b] : [b, a];
      assert.ok(calibration.calibrated(low) <= calibration.calibrated(high) + 1e-12);
      assert.ok(calibration.calibrated(high) >= 0 && calibration.calibrated(high) <= 1);
    }),
  );
});

test('outcomes fade although no others follow them', () => {
  const calibration = acceptanceCalibration();
  for (let n = 0; n < 200; n += 1) calibration.record(said(0.96, 0));
  const before = acceptanceCalibration().calibrated(0.96);
  const years = 10 * 365 * 24 * 3_600_000;
  assert.ok(calibration.calibrated(0.96) < before - 0.2);
  assert.ok(Math.abs(calibration.calibrated(0.96, years) - before) < 0.01);
  assert.ok(calibration.calibrated(0.96) < before - 0.2, 'reading them does not change them');
});

test('a snapshot with other ranges of chances keeps what it knows', () => {
  const right = (share: number) => [{ lastAt: 0, shares: [['key', share * 100, 100] as const] }];
  const from = { bounds: [0.5], parts: [...right(0.2), ...right(0.4)] };
  const calibration = acceptanceCalibration(from);
  assert.ok(calibration.calibrated(0.75) < acceptanceCalibration().calibrated(0.75) - 0.1);
});

test('a restored snapshot gives the same calibration', () => {
  const calibration = acceptanceCalibration();
  for (let n = 0; n < 50; n += 1) calibration.record(said(0.7, n % 3 === 0 ? 1 : 0));
  const again = acceptanceCalibration(JSON.parse(JSON.stringify(calibration.snapshot())));
  assert.equal(again.calibrated(0.66), calibration.calibrated(0.66));
});

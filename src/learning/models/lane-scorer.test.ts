import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { laneScorer } from './lane-scorer.ts';
import { scoreLinear, type LinearModel } from './linear-model.ts';

test('four weights at a time give the same scores as one at a time, to the last bit', () => {
  const byte = fc.integer({ min: -128, max: 127 });
  const hash = fc.integer({ min: 0, max: 4_294_967_295 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 40 }),
      fc.array(byte, { minLength: 360, maxLength: 360 }),
      fc.array(hash, { minLength: 1, maxLength: 700 }),
      (outputs, buckets, bytes, hashes) => {
        const model: LinearModel = {
          outputs: Array.from({ length: outputs }, (_, at) => `${at}`),
          buckets,
          weights: Int8Array.from(bytes.slice(0, outputs * buckets)),
          scales: Float64Array.from({ length: outputs }, (_, at) => 0.01 * (at + 1)),
          biases: Float64Array.from({ length: outputs }, (_, at) => at - 3),
        };
        const features = { hashes: Uint32Array.from(hashes), count: hashes.length };
        const said = laneScorer(model)(features, new Float64Array(outputs));
        assert.deepEqual(said, scoreLinear(model, features, new Float64Array(outputs)));
      },
    ),
  );
});

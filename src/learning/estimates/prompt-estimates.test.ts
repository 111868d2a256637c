import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampleCandidates } from '../../../test/support/policy-candidates.ts';
import { type LinearModel, scoreLinear } from '../models/linear-model.ts';
import { knownWork } from './known-work.ts';
import { likely } from '../models/log-odds.ts';
import { OnlineLearner } from '../outcomes/online-learner.ts';
import { unpackFeatures } from '../features/packed-features.ts';
import { promptEstimates } from './prompt-estimates.ts';
import { boundedShift, promptResidual } from '../models/prompt-residual.ts';

const spoken = [sampleCandidates[2], sampleCandidates[0]].flatMap((candidate) =>
  candidate ? [candidate.model.id] : [],
);
const kindOffset = 0.05;

const words = fc
  .array(fc.integer({ min: -128, max: 127 }), { minLength: 128, maxLength: 128 })
  .map((weights): LinearModel => {
    return {
      outputs: spoken,
      buckets: 64,
      weights: Int8Array.from(weights),
      scales: Float64Array.from(spoken, (_, at) => 0.0007 * (at + 1)),
      biases: Float64Array.from(spoken, (_, at) => 0.1 - 0.15 * at),
    };
  });
const kept = fc
  .uint8Array({ minLength: 1, maxLength: 192 })
  .map((bytes) => Uint8Array.from([...bytes, ...bytes]));

test('a prompt shifts the chances of the models with learned words, exactly as the plain definition does, and no others', () => {
  fc.assert(
    fc.property(words, fc.array(kept, { minLength: 2, maxLength: 4 }), (model, prompts) => {
      const kind = knownWork(() => new OnlineLearner()).at({ task: 'chat', tags: [] });
      const chances = new Map(
        sampleCandidates.map(({ model: { id } }, at) => [id, kind.quality.ofAll(sampleCandidates)[at] ?? 0]),
      );
      const residual = promptResidual(
        { model, kinds: { [spoken[0] ?? '']: { chat: kindOffset } } },
        { source: 'a test', quality: {} },
      );
      const estimatesAt = promptEstimates(residual);
      const known = prompts.map((features) => ({ features, ...estimatesAt(kind, features) }));
      // Asked alternately, as a cascade returns to its call after others have been decided.
      for (const { features, quality, of } of known) {
        const scores = scoreLinear(model, unpackFeatures(features), new Float64Array(spoken.length));
        const expected = sampleCandidates.map(({ model: { id } }) => {
          const place = spoken.indexOf(id);
          const shift = place < 0 ? 0 : boundedShift(scores[place] ?? 0) + (place === 0 ? kindOffset : 0);
          return likely((chances.get(id) ?? 0) + shift);
        });
        assert.deepEqual([...(quality.ofAll?.(sampleCandidates) ?? [])], expected);
        assert.deepEqual(
          sampleCandidates.map((one) => quality.of(one.model)),
          expected,
        );
        assert.deepEqual(
          sampleCandidates.map((one) => of(one.model).mean),
          expected,
        );
      }
    }),
  );
});

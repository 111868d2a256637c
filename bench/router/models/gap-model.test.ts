import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitGaps, gapModelBytes, gapScorer } from './gap-model.ts';
import { promptScanner } from '../../../src/learning/features/hashed-features.ts';
import { residualFromLabels } from '../../../src/learning/fitting/fit-words.ts';
import { fitQuality, predictQuality } from './quality-model.ts';

const topics = ['prove the theorem', 'translate the poem', 'sort the list'];
const prompts = Array.from({ length: 300 }, (_, row) => `${topics[row % 3]} number ${row} word${row % 17}`);
const groups = prompts.map((_, row) => row % 3);
const index = [...prompts.keys()];

test('uses the strong model where it gains, not where both fail', () => {
  // Proofs: only the strong model is right. Poems: neither is. Lists: both are.
  const gains = groups.map((group) => Number(group === 0));
  const data = { prompts, gains, groups, groupCount: 3 };
  const settings = [{ own: 0.5, lambda: 1, shrinkage: 5, subjectWeight: 1, rarity: false }];
  const [model] = fitGaps(data, { index, bytes: 32_768, settings });
  assert.ok(model);
  const scanner = promptScanner();
  const score = gapScorer(model);
  const gain = (prompt: string) => score(scanner.scan(prompt));
  assert.ok(gain('prove the theorem of Fermat') > 0.6);
  assert.ok(gain('translate the poem of Goethe') < 0.3);
  assert.ok(gain('sort the list of names') < 0.3);
});

test('the model stays within its bytes, with subjects and without', () => {
  const gains = groups.map((group) => Number(group === 0));
  const settings = [{ own: 1, lambda: 1, shrinkage: 5, subjectWeight: 1, rarity: false }];
  for (const bytes of [16_384, 131_072]) {
    const [many] = fitGaps({ prompts, gains, groups, groupCount: 3 }, { index, bytes, settings });
    const one = fitGaps(
      { prompts, gains, groups: groups.map(() => 0), groupCount: 1 },
      { index, bytes, settings },
    )[0];
    assert.ok(many && many.subjects && gapModelBytes(many) <= bytes && gapModelBytes(many) > bytes * 0.98);
    assert.ok(one && !one.subjects && gapModelBytes(one) <= bytes);
  }
});

test('a quality model predicts each model by task, and by words if there are enough labels', () => {
  const scores = [groups.map((group) => Number(group === 0)), groups.map((group) => Number(group === 2))];
  const data = { prompts, tasks: groups, taskCount: 3, models: ['prover', 'sorter'], scores };
  const model = fitQuality(data, { index, settings: { shrinkage: 5, residualLambda: 8 } });
  assert.equal(model.residual, undefined, `${index.length} labels are fewer than ${residualFromLabels}`);
  const scanner = promptScanner();
  const [prover = 0, sorter = 0] = predictQuality(model, scanner.scan('prove the theorem of Fermat'));
  assert.ok(prover > 0.8 && sorter < 0.2, `${prover} ${sorter}`);

  const often = Array.from({ length: 6 }, () => index).flat();
  const withWords = fitQuality(data, { index: often, settings: { shrinkage: 5, residualLambda: 8 } });
  assert.ok(withWords.residual);
});

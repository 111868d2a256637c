import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measurePanel } from '../../bench/council/measure-panel.ts';
import { scoreFindings } from '../../bench/council/score-findings.ts';
import { plantedDefects } from '../support/planted-repository.ts';

test('a finding counts for the nearest defect of its category, each defect once, and all others are false alarms', () => {
  const [first, second] = plantedDefects;
  assert.ok(first && second);
  const at = (defect: typeof first, off = 0) => ({
    file: defect.file,
    category: defect.category,
    startLine: defect.line + off,
  });
  const all = scoreFindings(
    plantedDefects.map((defect) => at(defect)),
    plantedDefects,
  );
  assert.deepEqual(all, { recall: 1, criticalRecall: 1, falseAlarms: 0 });
  assert.deepEqual(scoreFindings([], plantedDefects), { recall: 0, criticalRecall: 0, falseAlarms: 0 });

  const wrong = [
    { ...at(first), category: 'style' as const },
    { ...at(first), file: 'nowhere.ts' },
    at(first, 40_000),
    { file: first.file, category: first.category },
  ];
  assert.deepEqual(scoreFindings(wrong, plantedDefects), { recall: 0, criticalRecall: 0, falseAlarms: 4 });
  const twice = scoreFindings([at(first), at(first, 1)], plantedDefects);
  assert.equal(twice.recall, 1 / plantedDefects.length);
});

test('a panel with independent errors finds more than its best member; one with the same errors hardly does', async () => {
  const seeds = [1, 2, 3];
  const gain = async (correlation: number) => {
    const rows = await measurePanel(correlation, seeds);
    const [best, union, two, three] = rows;
    assert.ok(best && union && two && three);
    assert.ok(union.recall >= two.recall && two.recall >= three.recall, 'a threshold costs recall');
    assert.ok(
      union.falseAlarms >= two.falseAlarms && two.falseAlarms >= three.falseAlarms,
      'and improves precision',
    );
    return union.recall - best.recall;
  };
  assert.ok((await gain(0)) > (await gain(0.9)));
});

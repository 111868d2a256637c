import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findingCategories, severities } from '../../src/core/finding.ts';
import { plantedDefects, plantedFolder } from '../support/planted-repository.ts';

test('every planted defect is on the line given in the manifest', () => {
  for (const { file, line, evidence, id } of plantedDefects) {
    const lines = readFileSync(join(plantedFolder, file), 'utf8').split('\n');
    assert.equal(lines[line - 1]?.trim(), evidence, id);
  }
});

test('there are at least thirty defects in five languages, six of them critical', () => {
  assert.ok(plantedDefects.length >= 30);
  assert.equal(plantedDefects.filter(({ severity }) => severity === 'critical').length, 6);
  assert.equal(new Set(plantedDefects.map(({ file }) => file.split('.').at(-1))).size, 5);
  assert.ok(plantedDefects.every(({ severity }) => severities.includes(severity)));
  assert.ok(plantedDefects.every(({ category }) => findingCategories.includes(category)));
});

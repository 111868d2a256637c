import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  fitSmoothedMembers,
  gapEnsembleBytes,
  memberScorer,
  smoothedRows,
  weightedScore,
} from './gap-ensemble.ts';
import { type HashedFeatures, promptScanner } from '../../../src/learning/features/hashed-features.ts';
import { letterScanner } from './letter-features.ts';
import { type LinearModel, scoreLinear } from '../../../src/learning/models/linear-model.ts';
import { neighbourMeans } from './neighbour-means.ts';
import { fitShape, maxShapeBytes, shapeModelBytes } from './shape-model.ts';
import { fitShapedGaps, shapedGapBytes, shapeFromLabels } from './shaped-gap.ts';
import { hashPrompts } from '../../../src/learning/features/sparse-rows.ts';

const topics = ['prove the theorem', 'translate the poem', 'sort the list'];
const prompts = Array.from({ length: 300 }, (_, row) => `${topics[row % 3]} number ${row} word${row % 17}`);
const groups = prompts.map((_, row) => row % 3);
const index = [...prompts.keys()];
/** Proofs: only the strong model is right, except for every fifth, where it is random. */
const gains = groups.map((group, row) => (row % 5 === 0 ? Number(group !== 0) : Number(group === 0)));

test('an ensemble uses the strong model where it gains, even if one label in five is wrong', () => {
  const data = { prompts, gains, groups, groupCount: 3 };
  const settings = [{ own: 0.75, lambda: 1, shrinkage: 5, subjectWeight: 1, rarity: true }];
  const [subjects] = fitShapedGaps(data, { index, bytes: 32_768, settings });
  assert.ok(subjects);
  const size = { places: 4096, trees: { copies: 2, rounds: 20, rate: 0.2 } };
  const shape = fitShape(data, { index, size });
  const ensemble = {
    subjects,
    ...fitSmoothedMembers(data, { index, rows: smoothedRows(prompts, 65_536) }),
    shape,
  };
  assert.ok(shapeModelBytes(shape) <= maxShapeBytes(size));
  const bytes = gapEnsembleBytes(ensemble) - shapeModelBytes(shape);
  assert.ok(bytes <= 32_768 + 65_536 + 32 && bytes > 0.98 * (32_768 + 65_536), `${bytes} bytes`);
  const score = memberScorer(ensemble);
  const total = (prompt: string) =>
    weightedScore({ subjects: 1, words: 1, letters: 1, shape: 1 }, score(prompt));
  for (const other of ['translate the poem of Goethe', 'sort the list of names'])
    assert.ok(total('prove the theorem of Fermat') > total(other) + 0.5, other);
});

test('among prompts with the same labels, those that small models are known to miss favour the strong model', () => {
  const rows = smoothedRows(prompts, 65_536);
  const even = {
    prompts,
    gains: prompts.map((_, row) => row % 2),
    groups: prompts.map(() => 0),
    groupCount: 1,
  };
  const [unaware, aware] = [even, { ...even, hard: groups.map((group) => Number(group === 1)) }].map((data) =>
    fitSmoothedMembers(data, { index, rows }),
  );
  assert.ok(unaware && aware);
  const [words, letters] = [promptScanner(), letterScanner()];
  const more = (prompt: string) =>
    [
      [aware.words, unaware.words, words.scan(prompt)] as const,
      [aware.letters, unaware.letters, letters.scan(prompt)] as const,
    ].map(([after, before, features]) => scoreOf(after, features) - scoreOf(before, features));
  const [poems, lists] = [more('translate the poem of Goethe'), more('sort the list of names')];
  poems.forEach((value, member) =>
    assert.ok(value > (lists[member] ?? 0) + 0.03, `${value}, ${lists[member]}`),
  );
});

function scoreOf(model: LinearModel, features: HashedFeatures): number {
  return scoreLinear(model, features, new Float64Array(1))[0] ?? 0;
}

test('the shape is used if there are enough labels, within the same bytes', () => {
  const data = { prompts, gains, groups, groupCount: 3 };
  const settings = [{ own: 0.75, lambda: 1, shrinkage: 5, subjectWeight: 1, rarity: true }];
  const often = Array.from({ length: Math.ceil(shapeFromLabels / index.length) }, () => index).flat();
  const [few] = fitShapedGaps(data, { index, bytes: 131_072, settings });
  const [many] = fitShapedGaps(data, { index: often, bytes: 131_072, settings });
  assert.ok(few && !few.shape && many?.shape);
  for (const model of [few, many]) assert.ok(shapedGapBytes(model) <= 131_072);
});

test('the mean of neighbours exposes a lucky row, and excludes its own label', () => {
  const rows = hashPrompts(prompts, 4096);
  const weights = new Float64Array(4096).fill(1);
  const means = neighbourMeans(rows, { index, values: gains, weights });
  const lucky = index.filter((row) => row % 15 === 0);
  assert.ok(lucky.every((row) => gains[row] === 0 && (means[row] ?? 0) > 0.4));

  const changed = gains.with(0, 1);
  assert.equal(
    neighbourMeans(rows, { index, values: changed, weights })[0]?.toFixed(2),
    means[0]?.toFixed(2),
  );
});

test('a row without neighbours gets the overall mean', () => {
  const rows = hashPrompts(['aaaa', 'bbbb'], 65_536);
  // Two prompts share the features of their shape, which do not count with a weight of zero.
  const means = neighbourMeans(rows, { index: [0, 1], values: [1, 0], weights: new Float64Array(65_536) });
  assert.deepEqual([...means], [0.5, 0.5]);
});

test('runs of letters match parts of words, ignoring case and spacing', () => {
  const scanner = letterScanner();
  const hashesOf = (prompt: string) => {
    const { hashes, count } = scanner.scan(prompt);
    return new Set(hashes.subarray(0, count));
  };
  assert.deepEqual(hashesOf('Hydro  Lase\n'), hashesOf('hydro lase'));
  const shared = (a: string, b: string) => [...hashesOf(a)].filter((hash) => hashesOf(b).has(hash)).length;
  assert.ok(shared('hydrolase', 'hydrogen') > shared('hydrolase', 'oxygen'));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (prompt) => {
      const { hashes, count } = scanner.scan(prompt);
      assert.equal(new Set(hashes.subarray(0, count)).size, count);
    }),
  );
});

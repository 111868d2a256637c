import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import { promptScanner } from '../features/hashed-features.ts';
import {
  linearModelBytes,
  quantise,
  readLinearModel,
  scoreLinear,
  writeLinearModel,
} from './linear-model.ts';
import { fitRidge, scoreHead } from '../fitting/ridge.ts';
import { fitSoftmax } from '../fitting/softmax-regression.ts';
import { softmax } from '../models/softmax.ts';
import { hashPrompts } from '../features/sparse-rows.ts';

const prompts = [
  'red apple',
  'red rose',
  'red car',
  'blue sky',
  'blue car',
  'blue rose',
  'green apple',
  'green sky',
];
const index = [...prompts.keys()];
const rows = hashPrompts(prompts, 4096);
const isRed = prompts.map((prompt) => Number(prompt.startsWith('red')));
const colours = prompts.map((prompt) => ['red', 'blue', 'green'].indexOf(prompt.split(' ')[0] ?? ''));

test('least squares find the decisive word and generalise to an unseen prompt', () => {
  const head = fitRidge(rows, { index, targets: isRed, lambda: 0.01 });
  for (const row of index) assert.ok(Math.abs(scoreHead(rows, row, head) - (isRed[row] ?? 0)) < 0.1);
  const unseen = hashPrompts(['red sky', 'green rose'], 4096);
  assert.ok(scoreHead(unseen, 0, head) > scoreHead(unseen, 1, head));
});

test('softmax regression separates classes', () => {
  const heads = fitSoftmax(rows, { index, labels: colours, classes: 3, epochs: 40 });
  for (const row of index) {
    const chances = softmax(Float64Array.from(heads, (head) => scoreHead(rows, row, head)));
    assert.equal(chances.indexOf(Math.max(...chances)), colours[row]);
    assert.ok(Math.abs(chances.reduce((sum, chance) => sum + chance, 0) - 1) < 1e-9);
  }
});

test('one byte per weight gives nearly the scores of eight bytes', () => {
  const heads = fitSoftmax(rows, { index, labels: colours, classes: 3 });
  const model = quantise({ red: heads[0] ?? never(), blue: heads[1] ?? never(), green: heads[2] ?? never() });
  assert.equal(linearModelBytes(model), 4096 * 3 + 3 * 16);
  const scanner = promptScanner();
  const scores = new Float64Array(3);
  prompts.forEach((prompt, row) => {
    scoreLinear(model, scanner.scan(prompt), scores);
    heads.forEach((head, output) => {
      assert.ok(Math.abs((scores[output] ?? 0) - scoreHead(rows, row, head)) < 0.02);
    });
  });
});

test('a weights file is read back unchanged', () => {
  const model = quantise({ red: fitRidge(rows, { index, targets: isRed, lambda: 1 }) });
  const file = writeLinearModel(model, { source: 'eight colours', quality: { accuracy: 1 } });
  assert.equal(file['source'], 'eight colours');
  assert.deepEqual(readLinearModel(JSON.parse(JSON.stringify(file))), model);
});

test('rejects weights of another version and damaged ones, with advice', () => {
  const file = writeLinearModel(quantise({ red: fitRidge(rows, { index, targets: isRed, lambda: 1 }) }), {
    source: '',
    quality: {},
  });
  const damaged = [
    { ...file, features: 99 },
    { ...file, weights: 'AAAA' },
    { ...file, weights: `B${String(file['weights']).slice(1)}` },
    { ...file, biases: [0.25] },
    { ...file, scales: undefined },
    { format: 'something else' },
    [],
  ];
  for (const wrong of damaged) {
    assert.throws(
      () => readLinearModel(wrong),
      (error) =>
        error instanceof ConclaveError &&
        error.code === 'configuration' &&
        /conclave router train/.test(error.message),
    );
  }
});

function never(): never {
  throw new Error('three classes have three heads');
}

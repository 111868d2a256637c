import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LabelledCall } from '../core/router-store.ts';
import { packFeatures } from './packed-features.ts';
import { retrain } from './retrain.ts';
import { seededRandom } from './seeded-random.ts';
import { readTaskWeights, taskClassifier, taskScanner } from './task-classifier.ts';

const committed = readTaskWeights(
  JSON.parse(readFileSync(join(import.meta.dirname, 'weights/task.json'), 'utf8')),
);
const scanner = taskScanner();
const clues = { images: false, documents: false, schema: false, tools: false };

const call = (n: number, prompt: string, more: Partial<LabelledCall>): LabelledCall => ({
  id: `req_${n}`,
  features: packFeatures(scanner.scan(prompt)),
  ...more,
});

test('difficulty is learned from how calls turn out, against what their models usually do', () => {
  const random = seededRandom(1);
  const calls = Array.from({ length: 800 }, (_, n) => {
    const [kind, chance] = n % 2 === 0 ? ['reconcile ledger', 0.2] : ['greet customer', 0.95];
    return call(n, `Please ${kind} number ${n % 90} for branch ${n % 7}.`, {
      model: n % 3 === 0 ? 'lab/strong' : 'lab/weak',
      score: random() < chance ? 1 : 0,
    });
  });
  const { weights, report } = retrain(committed, calls);
  assert.equal(report.difficulty.kept, 'new');
  assert.ok(report.difficulty.after < 0.8 * report.difficulty.before, JSON.stringify(report));
  const classify = taskClassifier(weights);
  const hard = classify({ ...clues, prompt: 'Please reconcile ledger number 4 for branch 3.' }).difficulty;
  const easy = classify({ ...clues, prompt: 'Please greet customer number 4 for branch 3.' }).difficulty;
  assert.ok(hard > easy + 0.3, `${hard} ${easy}`);
  assert.deepEqual([report.task.labels, report.task.kept], [0, 'old']);
});

test('outcomes without any sense, and too few of them, leave the weights as they were', () => {
  const random = seededRandom(2);
  const noise = Array.from({ length: 400 }, (_, n) =>
    call(n, `Note ${n} about ${Math.floor(random() * 1e6).toString(36)}.`, {
      score: random() < 0.5 ? 1 : 0,
      task: ['chat', 'math', 'vision'][n % 3] ?? 'chat',
    }),
  );
  const few = retrain(committed, noise.slice(0, 40));
  assert.equal(few.weights.task, committed.task);
  assert.equal(few.weights.difficulty, committed.difficulty);
  const { report } = retrain(committed, noise);
  for (const { kept, before, after } of [report.task, report.difficulty]) {
    assert.ok(kept === 'old' || after !== before, 'only what was measured to be better is taken');
  }
});

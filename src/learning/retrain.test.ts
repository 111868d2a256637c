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

test('outcomes without any sense leave the weights as they were, nearly always, and too few of them do always', () => {
  const kept = Array.from({ length: 8 }, (_, seed) => {
    const random = seededRandom(seed);
    const noise = Array.from({ length: 400 }, (_, n) =>
      call(n, `Note ${n} about ${Math.floor(random() * 1e6).toString(36)}.`, {
        score: random() < 0.5 ? 1 : 0,
        task: ['chat', 'math', 'vision'][Math.floor(random() * 3)] ?? 'chat',
      }),
    );
    const few = retrain(committed, noise.slice(0, 40));
    assert.equal(few.weights.task, committed.task);
    assert.equal(few.weights.difficulty, committed.difficulty);
    return retrain(committed, noise).report.difficulty.kept;
  });
  assert.ok(kept.filter((which) => which === 'new').length <= 1, kept.join());
});

test('a pipeline of five steps in turn is learned like any other work', () => {
  const steps = [
    ['formatting', 'zorblify the frob layout'],
    ['extraction', 'gimme the wug codes out of batch'],
    ['code-generation', 'hack me a sprocket routine for'],
    ['translation', 'into elvish please, the line'],
    ['math', 'sum up the glarp series'],
  ] as const;
  const calls = Array.from({ length: 160 }, (_, n) => {
    const [task, words] = steps[n % 5] ?? steps[0];
    return call(n, `${words} ${n}`, { task });
  });
  const { report, weights } = retrain(committed, calls);
  assert.equal(report.task.kept, 'new', JSON.stringify(report.task));
  assert.ok(report.task.after > 0.9, JSON.stringify(report.task));
  const classify = taskClassifier(weights);
  assert.equal(classify({ ...clues, prompt: 'zorblify the frob layout 999' }).task, 'formatting');
});

test('a prompt that comes again and again is not held against itself', () => {
  const random = seededRandom(3);
  // Each of forty prompts has a task by chance, and comes ten times: what is learned of it holds nowhere else.
  const prompts = Array.from({ length: 40 }, (_, n) => ({
    text: `Job ${n} ${Math.floor(random() * 1e9).toString(36)}`,
    task: ['chat', 'math', 'creative', 'extraction'][Math.floor(random() * 4)] ?? 'chat',
  }));
  const calls = Array.from({ length: 400 }, (_, n) => {
    const { text, task } = prompts[n % 40] ?? { text: '', task: 'chat' };
    return call(n, text, { task });
  });
  const { report } = retrain(committed, calls);
  assert.ok(report.task.after < 0.6, JSON.stringify(report.task));
});

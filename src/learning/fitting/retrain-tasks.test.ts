import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { taskTypes } from '../../core/task.ts';
import type { LabelledCall } from './labelled-call.ts';
import { knownPrompts } from '../prompts/known-prompts.ts';
import { packFeatures } from '../features/packed-features.ts';
import { retrainTasks } from './retrain-tasks.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { readPromptWeights, taskClassifier, taskScanner } from '../prompts/task-classifier.ts';

const committed = readPromptWeights(
  JSON.parse(readFileSync(join(import.meta.dirname, '../weights/task.json'), 'utf8')),
);
const scanner = taskScanner();
const clues = { images: false, documents: false, schema: false, tools: false };

const call = (n: number, prompt: string, more: Partial<LabelledCall>): LabelledCall => ({
  id: `req_${n}`,
  keyId: 'key_1',
  tokens: { input: 100, output: 10 },
  features: packFeatures(scanner.scan(prompt)),
  ...more,
});

test('random tasks nearly always leave the weights unchanged, and too few named tasks always do', () => {
  const kept = Array.from({ length: 4 }, (_, seed) => {
    const random = seededRandom(seed);
    const noise = Array.from({ length: 200 }, (_, n) =>
      call(n, `Note ${n} about ${Math.floor(random() * 1e6).toString(36)}.`, {
        namedTask: taskTypes[Math.floor(random() * taskTypes.length)] ?? 'chat',
      }),
    );
    assert.equal(retrainTasks(committed.task, noise.slice(0, 40)).model, committed.task);
    return retrainTasks(committed.task, noise).report.kept;
  });
  assert.ok(kept.filter((which) => which === 'new').length <= 1, kept.join());
});

test('a pipeline of five alternating steps is learned like any other work', () => {
  const steps = [
    ['formatting', 'zorblify the frob layout'],
    ['extraction', 'gimme the wug codes out of batch'],
    ['code-generation', 'hack me a sprocket routine for'],
    ['translation', 'into elvish please, the line'],
    ['math', 'sum up the glarp series'],
  ] as const;
  const calls = Array.from({ length: 160 }, (_, n) => {
    const [task, words] = steps[n % 5] ?? steps[0];
    return call(n, `${words} ${n}`, { namedTask: task });
  });
  const { report, model } = retrainTasks(committed.task, calls);
  assert.equal(report.kept, 'new', JSON.stringify(report));
  assert.ok(report.after > 0.9, JSON.stringify(report));
  const classify = taskClassifier({ ...committed, task: model });
  assert.equal(classify({ ...clues, prompt: 'zorblify the frob layout 999' }).task, 'formatting');
});

test('a repeated prompt is not on both sides of the split', () => {
  const random = seededRandom(3);
  // Each of forty prompts has a random task and is repeated ten times: what is learned of it generalises to nothing.
  const prompts = Array.from({ length: 40 }, (_, n) => ({
    text: `Job ${n} ${Math.floor(random() * 1e9).toString(36)}`,
    task: ['chat', 'math', 'creative', 'extraction'][Math.floor(random() * 4)] ?? 'chat',
  }));
  const calls = Array.from({ length: 400 }, (_, n) => {
    const { text, task } = prompts[n % 40] ?? { text: '', task: 'chat' };
    return call(n, text, { namedTask: task });
  });
  const { report } = retrainTasks(committed.task, calls);
  assert.ok(report.after < 0.6, JSON.stringify(report));
});

test('an installation that names only one kind of work does not unlearn the others', () => {
  const reviews = [
    'The food was great',
    'Terrible service, never again',
    'Delivery came two days late',
    'I love the new design',
    'It broke after one week',
    'Works as described',
    'The manual is unreadable',
    'Best purchase this year',
    'Support was friendly',
    'The colour is wrong',
    'Too expensive for what it is',
    'My kids adore it',
  ];
  const asked = [
    (text: string) => `Is this review positive or negative? "${text}"`,
    (text: string) => `Positive or negative: ${text}`,
    (text: string) => `Which category does this ticket belong to? ${text}`,
    (text: string) => `Label this feedback: ${text}`,
    (text: string) => `Is this a complaint, yes or no? ${text}`,
    (text: string) => `Tag this comment: ${text}`,
    (text: string) => `Spam or not: ${text}`,
  ];
  const prompts = reviews.flatMap((text) => asked.map((as) => as(text)));
  const held = readFileSync(join(import.meta.dirname, '../../../fixtures/routing/task-types.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): { task: string; split: string; prompt: string } => JSON.parse(line))
    .filter(({ split }) => split === 'test');
  const before = taskClassifier(committed);
  const rightOf = (classify: typeof before) =>
    held.filter(({ prompt, task }) => classify({ ...clues, prompt }).task === task).length;
  for (const copies of [1, 30]) {
    const calls = Array.from({ length: prompts.length * copies }, (_, n) =>
      call(n, prompts[n % prompts.length] ?? '', { namedTask: 'classification' }),
    );
    const after = taskClassifier({ ...committed, task: retrainTasks(committed.task, calls).model });
    assert.ok(
      rightOf(after) >= rightOf(before) - 3,
      `${rightOf(before)} to ${rightOf(after)} of ${held.length}`,
    );
    for (const prompt of [
      'Is this login code secure? if (user == admin) ok()',
      'Audit this contract for reentrancy',
      'Why does my program crash with SIGSEGV?',
      'Why is this query slow',
      'Design a multi-region database architecture',
    ]) {
      const [then, now] = [before, after].map((classify) => classify({ ...clues, prompt }).task);
      assert.ok(now === then || now === undefined || then === undefined, `${prompt}: ${then} to ${now}`);
      assert.notEqual(now, 'classification', prompt);
    }
  }
});

test('new weights that guess a known kind of work worse are rejected, and the report names the kind', () => {
  // A caller may label every audit as chat; other kinds must not change because of it.
  const calls = Array.from({ length: 200 }, (_, n) =>
    call(
      n,
      `Audit the ${['login', 'session', 'upload', 'payment'][n % 4]} code for vulnerabilities, part ${n}`,
      {
        namedTask: 'chat',
      },
    ),
  );
  const known = knownPrompts();
  const { report, model } = retrainTasks(committed.task, calls, { ...known, learned: [] });
  assert.equal(report.kept, 'old');
  assert.ok(report.forgotten?.length, JSON.stringify(report));
  assert.equal(model, committed.task);
});

test('only tasks named by callers are learned; guesses are not used as labels', () => {
  const calls = Array.from({ length: 400 }, (_, n) => {
    const guessed = n % 4 !== 0;
    const named = { task: 'classification', namedTask: 'classification' } as const;
    const text = `Ticket ${n}: the payment page shows error ${n % 60}`;
    return call(n, text, guessed ? { task: 'debugging' } : named);
  });
  const { report, model } = retrainTasks(committed.task, calls);
  assert.deepEqual([report.labels, report.kept], [100, 'new']);
  const classify = taskClassifier({ ...committed, task: model });
  assert.equal(
    classify({ ...clues, prompt: 'Ticket 901: the login page shows error 500' }).task,
    'classification',
  );
  const unnamed = retrainTasks(
    committed.task,
    calls.map(({ namedTask: _named, ...rest }) => rest),
  );
  assert.deepEqual([unnamed.report.labels, unnamed.report.kept], [0, 'old']);
});

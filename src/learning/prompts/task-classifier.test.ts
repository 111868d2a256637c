import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { featuresVersion, promptScanner } from '../features/hashed-features.ts';
import { packFeatures, unpackFeatures } from '../features/packed-features.ts';
import { readPromptWeights, taskClassifier, taskWeightsBytes } from './task-classifier.ts';

const file: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../weights/task.json'), 'utf8'));
const weights = readPromptWeights(file);
const classify = taskClassifier(weights);
const bare = { images: false, documents: false, schema: false, tools: false };
const labelled = readFileSync(join(import.meta.dirname, '../../../fixtures/routing/task-types.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): { task: string; split: string; prompt: string } => JSON.parse(line));

test('the committed weights fit into 128 KiB and state their source and quality', () => {
  assert.ok(taskWeightsBytes(weights) <= 131_072);
  const { task, difficulty } = isJsonObject(file) ? file : {};
  for (const part of [task, difficulty]) {
    assert.ok(isJsonObject(part) && typeof part['source'] === 'string' && part['source'].length > 50);
    assert.ok(isJsonObject(part['quality']));
  }
});

for (const split of ['test', 'languages']) {
  test(`guesses the labelled prompts of ${split}, that no training saw, as well as their file says`, () => {
    const held = labelled.filter((row) => row.split === split);
    const guesses = held.map(({ task, prompt }) => ({ task, guess: classify({ ...bare, prompt }) }));
    const sure = guesses.filter(({ guess }) => guess.task !== undefined);
    const right = sure.filter(({ task, guess }) => guess.task === task).length;
    const said = isJsonObject(file) && isJsonObject(file['task']) ? file['task']['quality'] : undefined;
    const measured = isJsonObject(said) && isJsonObject(said[split]) ? said[split] : {};
    assert.equal(Number((right / sure.length).toFixed(3)), measured['accuracyWhereAnswered']);
    assert.equal(Number((sure.length / held.length).toFixed(3)), measured['answered']);
  });
}

test('recognises the task of German, French, Spanish and Chinese prompts', () => {
  const asked = {
    summarisation: ['Fasse den Bericht zusammen.', 'Résume cet article.', '总结这篇文章的要点'],
    translation: ['Übersetze das ins Englische.', 'Traduce este texto al inglés.', '把这句话翻译成法语'],
    debugging: ['Warum stürzt der Server ab?', 'Pourquoi ce code plante-t-il ?', '程序为什么崩溃?'],
  };
  for (const [task, prompts] of Object.entries(asked))
    for (const prompt of prompts) assert.equal(classify({ ...bare, prompt }).task, task, prompt);
});

test('no prompt is in two splits of the labelled set', () => {
  const seen = new Map<string, string>();
  for (const { prompt, split } of labelled) {
    const key = prompt.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ');
    assert.equal(seen.get(key) ?? split, split, prompt);
    seen.set(key, split);
  }
});

test('counts what accompanies a prompt: an image, a schema, tools, the MCP tool that asks', () => {
  const prompt = 'Have a look at this, please.';
  const chanceOf = (clues: object) => classify({ ...bare, prompt, ...clues });
  assert.equal(chanceOf({ images: true }).task, 'vision');
  assert.equal(chanceOf({ tool: 'secaudit' }).task, 'security-review');
  assert.equal(
    classify({ ...bare, prompt: 'The five largest cities of Japan', schema: true }).task,
    'structured-output',
  );
});

test('a prompt without a recognisable purpose is ordinary work', () => {
  for (const prompt of ['', 'Xyzzy plugh qwerty.']) {
    assert.ok([undefined, 'chat'].includes(classify({ ...bare, prompt }).task));
  }
});

test('rates harder questions as harder', () => {
  const of = (prompt: string) => classify({ ...bare, prompt }).difficulty;
  assert.ok(
    of('Prove that the Galois group of x^5 - 4x + 2 over Q is the symmetric group S_5.') >
      of('Tom has 3 apples and buys 2 more. How many apples does he have?'),
  );
});

test('rejects weights of another version, of other tasks or of another kind, with advice', () => {
  assert.ok(isJsonObject(file) && isJsonObject(file['task']));
  const broken = [
    {},
    { ...file, task: { ...file['task'], features: featuresVersion + 1 } },
    { ...file, leastConfidence: undefined },
    { ...file, task: file['difficulty'] },
  ];
  for (const value of broken) {
    assert.throws(
      () => readPromptWeights(value),
      (error) => error instanceof ConclaveError && /conclave router train/.test(error.message),
    );
  }
});

test('stored features score like the prompt itself', () => {
  const scanner = promptScanner();
  const features = scanner.scan('Why does my server hang after the third request?');
  const bytes = packFeatures(features);
  const back = unpackFeatures(bytes);
  assert.equal(back.count, features.count);
  for (let at = 0; at < back.count; at++) {
    assert.equal((back.hashes[at] ?? 0) >>> 16, (features.hashes[at] ?? 0) >>> 16);
  }
  assert.ok(
    packFeatures(
      scanner.scan(
        'many different words '.repeat(9) + [...Array(5000).keys()].map((n) => `w${n}x`).join(' '),
      ),
    ).length <= 400,
  );
});

test('a greeting, a number or a single word is small talk, never work for the most expensive models', () => {
  const prompts = ['Room 318', 'yes', 'Ok', 'thanks', '7', '1984', 'hi 61', 'page 9', 'Good morning'];
  for (let n = 0; n < 100; n++) prompts.push(`hello ${n}`);
  for (const prompt of prompts) {
    const { task } = classify({ ...bare, prompt });
    assert.ok(task === undefined || task === 'chat', `${prompt}: ${task}`);
  }
});

test('symbols without a letter have no task, unless something accompanies them', () => {
  for (const prompt of ['😀😀😀', '👍', '?!', '12 * 7', '…'])
    assert.equal(classify({ ...bare, prompt }).task, undefined, prompt);
  assert.equal(classify({ ...bare, prompt: '…', tool: 'secaudit' }).task, 'security-review');
});

const dear = new Set(['architecture', 'debugging', 'security-review']);

test('everyday uses of words like crash, attack or plan are no work for the most expensive models', () => {
  const prompts = [
    'why did the roman empire fall?',
    'My baby cries all night. What is wrong?',
    'how do I secure my house while on vacation',
    'what kind of bug is this? small, brown, six legs, in my kitchen',
    'my card was declined, why?',
    'give me 5 system design interview questions',
  ];
  for (const prompt of prompts) {
    const { task = 'none' } = classify({ ...bare, prompt });
    assert.ok(!dear.has(task), `${prompt}: ${task}`);
  }
});

test('a file full of errors is not a debugging task if the question is about something else', () => {
  const file = readFileSync(join(import.meta.dirname, '../../surfaces/cli/main.ts'), 'utf8');
  for (const asked of ['summarize what this file does in one sentence', 'where does it handle errors?']) {
    const { task = 'none' } = classify({ ...bare, prompt: `${file}\n\n${asked}` });
    assert.ok(!dear.has(task), `${asked}: ${task}`);
  }
  assert.equal(
    classify({ ...bare, prompt: `${file}\n\nrename \`program\` to \`cli\` in this file` }).task,
    'refactoring',
  );
  assert.equal(
    classify({ ...bare, prompt: `Add JSDoc to every exported function below.\n\n${file}` }).task,
    'documentation',
  );
});

test('still recognises work for the most expensive models', () => {
  const prompts = {
    debugging: 'the checkout crashes with a null pointer, find out why',
    architecture: 'design a plugin architecture for the exporter',
    'security-review': 'Audit our login endpoint for injection and privilege escalation.',
  };
  for (const [task, prompt] of Object.entries(prompts))
    assert.equal(classify({ ...bare, prompt }).task, task);
});

test("if the system prompt states what to do with the user's text, that text is material", () => {
  const asked = {
    classification:
      'You are a support ticket classifier. Reply with exactly one label: billing, bug, feature, other.',
    extraction: 'Extract person names from the text the user sends. Return a JSON array of strings.',
    translation: 'You are a translator. Translate everything the user writes into German.',
  };
  const prompt = 'The app crashes with a null pointer exception, find the root cause.';
  for (const [task, instruction] of Object.entries(asked))
    assert.equal(classify({ ...bare, prompt, instruction }).task, task);
  const instruction = 'You are a helpful assistant.';
  assert.equal(classify({ ...bare, prompt, instruction }).task, 'debugging');
});

test('reads older weights, which require the same confidence for every kind', () => {
  assert.ok(isJsonObject(file));
  const { leastConfidenceOf, ...older } = file;
  assert.ok(isJsonObject(leastConfidenceOf));
  assert.deepEqual(readPromptWeights(older).leastConfidenceOf, {});
  assert.equal(readPromptWeights(file).leastConfidenceOf?.debugging, leastConfidenceOf['debugging']);
});

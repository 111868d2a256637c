import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pairsInOrder } from '../../scripts/router/pairs-in-order.ts';
import { trainAcceptance } from '../../scripts/router/train-acceptance.ts';

const root = join(import.meta.dirname, '../..');

/** A folder with only the training part of one set, as an outside user may have it. */
function oneSet(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-train-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const row = { id: 'a', prompt: 'Which river is the longest?', models: { one: { score: 1, cost: 0.1 } } };
  writeFileSync(join(folder, 'llmrouter_uiuc.train.jsonl.gz'), gzipSync(JSON.stringify(row)));
  return folder;
}

test("partial data does not replace the checkout's weights: the error names what is missing and what to do", (t) => {
  const weights = join(root, 'src/learning/weights/acceptance.json');
  const before = readFileSync(weights, 'utf8');
  const script = join(root, 'scripts/train-router.ts');
  const { status, stderr } = spawnSync(process.execPath, [script, '--data', oneSet(t)], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /lacks llmrouter_uiuc\.dev\.jsonl\.gz, mmlupro\.train\.jsonl\.gz.* --out DIR/);
  assert.equal(readFileSync(weights, 'utf8'), before);
});

test('without real answers no acceptance weights are written, rather than empty ones', async (t) => {
  assert.equal(await trainAcceptance(oneSet(t)), undefined);
});

test('equally hard prompts, or none, have no order to predict', () => {
  assert.equal(pairsInOrder([]), undefined);
  const same = [1, 2, 3].map((said) => ({ set: 'one', difficulty: 0.5, said }));
  assert.equal(pairsInOrder(same), undefined);
});

test("only prompts of one set are compared with each other: a set's difficulty is no evidence about a prompt", () => {
  const easy = { set: 'easy', difficulty: 0, said: 0 };
  const hard = { set: 'hard', difficulty: 1, said: 1 };
  assert.equal(pairsInOrder([easy, hard]), undefined);
  const wrong = { set: 'easy', difficulty: 0.5, said: -1 };
  assert.equal(pairsInOrder([easy, wrong, { ...hard, set: 'easy' }]), 2 / 3);
});

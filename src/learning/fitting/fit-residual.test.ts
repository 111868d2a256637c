import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabelledCall } from './labelled-call.ts';
import { fitResidual } from './fit-residual.ts';
import { packFeatures } from '../features/packed-features.ts';
import { promptResidual, readPromptResidual } from '../models/prompt-residual.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { taskScanner } from '../prompts/task-classifier.ts';

const scanner = taskScanner();
const featuresOf = (prompt: string) => packFeatures(scanner.scan(prompt));
const rivers = (n: number) => `Which towns lie on river ${n} between its source and its delta?`;
const operas = (n: number) => `Which arias of opera ${n} follow its overture on the stage?`;

type Judged = {
  readonly count: number;
  readonly right: (isRiver: boolean) => number;
  readonly keyId?: string;
  readonly model?: string;
  readonly fromFeedback?: boolean;
  /** Default: the router drew the model. */
  readonly isNamed?: boolean;
};

function judged({
  count,
  right,
  keyId = 'k1',
  model = 'lab/one',
  fromFeedback = true,
  isNamed = false,
}: Judged): LabelledCall[] {
  const random = seededRandom(count);
  return Array.from({ length: count }, (_, n) => ({
    id: `${keyId}_${n}`,
    keyId,
    model,
    task: 'chat',
    difficulty: 0.5,
    features: featuresOf(n % 2 === 0 ? rivers(n) : operas(n)),
    tokens: { input: 100, output: 10 },
    score: Number(random() < right(n % 2 === 0)),
    fromFeedback,
    ...(!isNamed && { experiment: { arm: 'learned', propensity: 0.5, explored: false } as const }),
  }));
}

const knowsRivers = (isRiver: boolean) => (isRiver ? 0.95 : 0.3);
const knowsOperas = (isRiver: boolean) => (isRiver ? 0.3 : 0.95);

const keptOf = (calls: readonly LabelledCall[]) => fitResidual(calls).report.map(({ kept }) => kept);

test('words raise the chance where the model is good and lower it where it is not, within bounds', () => {
  const { words, report } = fitResidual(judged({ count: 1_600, right: knowsRivers }));
  assert.ok(words);
  const [one] = report;
  assert.ok(one && one.kept === 'words' && one.after < one.before - 0.05);
  const residual = promptResidual(words, { source: 'a test', quality: {} });
  const [river = 0, opera = 0] = [rivers(5_001), operas(5_001)].map((prompt) =>
    residual.shiftOf('lab/one', { features: featuresOf(prompt), task: 'chat' }),
  );
  assert.ok(river > 0.15 && river <= 0.4, `${river}`);
  assert.ok(opera < -0.15 && opera >= -0.4, `${opera}`);
  assert.equal(residual.shiftOf('lab/two', { features: featuresOf('Hello') }), undefined);
  const again = readPromptResidual(JSON.parse(JSON.stringify(residual.file)));
  assert.equal(
    again.shiftOf('lab/one', { features: featuresOf(rivers(5_001)), task: 'chat' }),
    river,
    'a snapshot restores it to the last bit',
  );
  assert.equal(
    residual.shiftOf('lab/one', { features: new Uint8Array(0) }),
    0,
    'a prompt without words gets no shift',
  );
});

test('words replace the kind of work if kinds are bad guesses of what the words show', () => {
  const random = seededRandom(5);
  const guessedBadly = judged({ count: 3_000, right: knowsRivers }).map((call, n) => {
    const isTakenForRiver = random() < (n % 2 === 0 ? 0.7 : 0.3);
    return { ...call, task: isTakenForRiver ? 'chat' : 'creative' };
  });
  const { words } = fitResidual(guessedBadly);
  assert.ok(words);
  const residual = promptResidual(words, { source: 'a test', quality: {} });
  const features = featuresOf(rivers(5_001));
  const [asChat = 0, asCreative = 0] = ['chat', 'creative'].map((task) =>
    residual.shiftOf('lab/one', { features, task }),
  );
  const usual = (task: string) => {
    const scores = guessedBadly.flatMap((call) => (call.task === task ? [call.score ?? 0] : []));
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  };
  const expected = [usual('chat') + asChat, usual('creative') + asCreative];
  assert.ok(
    Math.abs((expected[0] ?? 0) - (expected[1] ?? 0)) < 0.01,
    `whatever it is taken for: ${expected}`,
  );
  assert.ok((expected[0] ?? 0) > 0.85, `${expected}`);
  const again = readPromptResidual(JSON.parse(JSON.stringify(residual.file)));
  assert.equal(again.shiftOf('lab/one', { features, task: 'creative' }), asCreative);
});

test('each model has a chance at every judged prompt, from folds that had not seen it', () => {
  const both = [
    ...judged({ count: 1_600, right: knowsRivers }),
    ...judged({ count: 400, right: knowsOperas, model: 'lab/two' }),
    ...judged({ count: 200, right: knowsOperas, model: 'lab/three' }),
  ];
  const { heldOut } = fitResidual(both);
  assert.deepEqual(heldOut.models, ['lab/one', 'lab/two'], 'too little is known of the third');
  const [one = [], two = []] = heldOut.chances;
  const isRiver = (at: number) => Number(heldOut.calls[at]?.id.split('_')[1]) % 2 === 0;
  for (const at of heldOut.calls.keys())
    assert.equal((one[at] ?? 0) > 0.6, isRiver(at), `${one[at]} at ${heldOut.calls[at]?.id}`);
  assert.ok(new Set(Array.from(two)).size <= 5, 'by its kind of work alone: one chance per fold');
  assert.equal(Array.from(heldOut.scores[1] ?? []).filter((score) => !Number.isNaN(score)).length, 400);
});

test('models are compared only by calls for which the router drew the model, not by those that named it', () => {
  const named = judged({ count: 1_600, right: knowsRivers, isNamed: true, keyId: 'k2' });
  const { heldOut, report } = fitResidual([
    ...named,
    ...judged({ count: 400, right: knowsOperas }),
    ...judged({ count: 1_600, right: knowsRivers, model: 'lab/two', isNamed: true }),
  ]);
  assert.deepEqual(heldOut.models, ['lab/one']);
  assert.equal(heldOut.calls.length, 400);
  assert.deepEqual(
    report.map(({ model }) => model),
    ['lab/one', 'lab/two'],
    'words are learned from all of them',
  );
});

test('keeps the posterior alone if words carry no signal, labels are few, or none came from people', () => {
  assert.deepEqual(keptOf(judged({ count: 2_000, right: () => 0.7 })), ['posterior']);
  assert.deepEqual(keptOf(judged({ count: 1_400, right: knowsRivers })), []);
  assert.deepEqual(keptOf(judged({ count: 1_600, right: knowsRivers, fromFeedback: false })), []);
});

test('a later training with too few labels keeps what was learned, and one with enough may remove it', () => {
  const { words } = fitResidual(judged({ count: 1_600, right: knowsRivers }));
  assert.deepEqual(fitResidual(judged({ count: 100, right: knowsRivers }), words).words?.model.outputs, [
    'lab/one',
  ]);
  assert.equal(fitResidual(judged({ count: 1_600, right: () => 0.7 }), words).words, undefined);
});

test('no key can teach what the others contradict, however many labels it has', () => {
  const others = ['k2', 'k3', 'k4'].flatMap((keyId) => judged({ count: 500, right: knowsRivers, keyId }));
  const liar = judged({ count: 20_000, right: knowsOperas, keyId: 'k1' });
  const { words, report } = fitResidual([...others, ...liar]);
  assert.equal(report[0]?.labels, 3_000, 'it counts for as much as all the others together');
  assert.equal(words, undefined);
  const honest = judged({ count: 1_500, right: knowsRivers, keyId: 'k1' });
  assert.deepEqual(keptOf([...others, ...honest]), ['words']);
});

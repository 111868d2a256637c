import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerLengths } from './answer-lengths.ts';

const lengthsAt = (lengths: ReturnType<typeof answerLengths>, model: string, most = 1e6) =>
  lengths.at('chat', most).of(model);

test('the expected answer length moves from a guess to recent answers, for each kind of work', () => {
  const lengths = answerLengths();
  const [chat, classification] = [lengths.of('chat'), lengths.of('classification')];
  assert.ok(classification < chat && lengths.of(undefined) === chat);
  lengths.remember('chat', 'a/m', 5_000);
  assert.ok(lengths.of('chat') < 1_000, 'one long answer changes little');
  for (let n = 0; n < 300; n += 1) lengths.remember('chat', 'a/m', 2_000);
  assert.ok(Math.abs(lengthsAt(lengths, 'a/m') - 2_000) < 150, String(lengthsAt(lengths, 'a/m')));
  for (let n = 0; n < 1_000; n += 1) lengths.remember('chat', 'a/m', 50);
  assert.ok(lengthsAt(lengths, 'a/m') < 100, 'and the average follows recent answers');
  assert.equal(lengths.of('classification'), classification);
});

test('a model that thinks for long is expected to do so everywhere, and makes no other model look wordy', () => {
  const lengths = answerLengths();
  for (let n = 0; n < 300; n += 1) {
    lengths.remember('chat', 'a/thinker', 6_000);
    lengths.remember('chat', 'b/terse', 400);
  }
  assert.ok(lengthsAt(lengths, 'a/thinker') > 5_500, String(lengthsAt(lengths, 'a/thinker')));
  assert.ok(lengthsAt(lengths, 'b/terse') < 500, String(lengthsAt(lengths, 'b/terse')));
  const unknown = lengthsAt(lengths, 'c/new');
  assert.ok(unknown > 500 && unknown < 3_500, String(unknown));
  assert.equal(lengthsAt(lengths, 'a/thinker', 1_000), 1_000, 'no longer than the call allows');
  const elsewhere = lengths.at('translation', 1e6);
  assert.ok(elsewhere.of('a/thinker') > 2 * elsewhere.of('b/terse'));
  const candidates = ['a/thinker', 'b/terse', 'c/new'].map((id) => ({ model: { id } }));
  assert.deepEqual(
    Array.from(elsewhere.ofAll(candidates)),
    candidates.map(({ model }) => elsewhere.of(model.id)),
  );
});

test('a model that has not been asked is expected to answer at the length that answers of this kind turned out to have', () => {
  const lengths = answerLengths();
  const [asked, others] = [() => lengthsAt(lengths, 'a/asked'), () => lengthsAt(lengths, 'b/other')];
  for (const answers of [1, 9, 50, 1_940]) {
    for (let n = 0; n < answers; n += 1) lengths.remember('chat', 'a/asked', 30);
    assert.ok(others() < 1.05 * asked(), `${answers}: ${others()} beside ${asked()}`);
  }
  assert.ok(Math.abs(others() - 30) < 1, String(others()));
  const elsewhere = lengths.at('translation', 1e6);
  assert.equal(elsewhere.of('a/asked'), elsewhere.of('b/other'), 'short questions do not make a model terse');
});

test('answers of no tokens leave lengths that can be compared', () => {
  const lengths = answerLengths();
  for (let n = 0; n < 50; n += 1) lengths.remember('chat', 'a/silent', 0);
  lengths.remember('chat', 'b/short', 20);
  for (const id of ['a/silent', 'b/short', 'c/new']) assert.ok(lengthsAt(lengths, id) >= 0, id);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TaskType } from '../task.ts';
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

test('one long answer of another model makes no model look wordy', () => {
  const lengths = answerLengths();
  for (let n = 0; n < 1_000; n += 1) lengths.remember('chat', 'a/asked', 30);
  lengths.remember('chat', 'c/thinker', 16_000);
  for (const id of ['a/asked', 'b/other']) {
    const tokens = lengthsAt(lengths, id);
    assert.ok(Math.abs(tokens - 30) < 2, `${id}: ${tokens}`);
  }
});

test('a model that alone answered a kind of work is not the measure of that work, if it was compared elsewhere', () => {
  const lengths = answerLengths();
  for (let n = 0; n < 100; n += 1) {
    lengths.remember('chat', 'a/thinker', 6_000);
    lengths.remember('chat', 'b/terse', 60);
    lengths.remember('translation', 'a/thinker', 6_000);
  }
  const there = lengths.at('translation', 1e6);
  assert.ok(there.of('a/thinker') > 5_000, String(there.of('a/thinker')));
  assert.ok(there.of('b/terse') < 200, String(there.of('b/terse')));
});

const manyTasks: readonly TaskType[] = [
  'classification',
  'extraction',
  'summarisation',
  'formatting',
  'creative',
  'code-review',
  'debugging',
  'architecture',
  'documentation',
  'api-integration',
  'code-generation',
  'security-review',
  'refactoring',
  'test-writing',
  'qa-from-context',
  'structured-output',
];

test('a model that alone answered, at whatever kinds of work, looks neither terse nor wordy beside one that was not asked', () => {
  const errors = fc.array(fc.double({ min: -2.9, max: 2.9, noNaN: true }), {
    minLength: manyTasks.length,
    maxLength: manyTasks.length,
  });
  fc.assert(
    fc.property(errors, fc.integer({ min: 1, max: 40 }), (wrongBy, answers) => {
      const lengths = answerLengths();
      for (const [at, task] of manyTasks.entries()) {
        const tokens = lengths.of(task) * Math.exp(wrongBy[at] ?? 0);
        for (let n = 0; n < answers; n += 1) lengths.remember(task, 'a/asked', tokens);
      }
      assert.equal(lengths.ratioOf('a/asked'), 1);
      for (const task of [...manyTasks, 'chat' as const]) {
        const { of } = lengths.at(task, 1e6);
        assert.equal(of('a/asked'), of('b/other'), task);
      }
    }),
  );
});

test('to remember an answer takes no longer because its model and others have answered at more kinds of work', () => {
  const models = Array.from({ length: 100 }, (_, n) => `a/model-${n}`);
  const answered = (kinds: readonly TaskType[]) => {
    const lengths = answerLengths();
    for (const model of models) for (const task of kinds) lengths.remember(task, model, 300);
    return lengths;
  };
  const millisecondsOf = (lengths: ReturnType<typeof answerLengths>) => {
    const started = performance.now();
    for (let n = 0; n < 20; n += 1) for (const model of models) lengths.remember('creative', model, 300);
    return performance.now() - started;
  };
  const [few, many] = [answered(['creative']), answered(manyTasks)];
  // In turns, and the best of several: the machine may be busy with something else.
  let [one, all] = [Infinity, Infinity];
  for (let run = 0; run < 10; run += 1) {
    one = Math.min(one, millisecondsOf(few));
    all = Math.min(all, millisecondsOf(many));
  }
  assert.ok(all < 2.5 * one, `${all} ms beside ${one} ms`);
});

type Answer = { readonly task: TaskType; readonly model: string; readonly tokens: number };

const tasks: readonly TaskType[] = ['chat', 'translation', 'math'];
const asked = ['a/one', 'b/two', 'c/three', 'd/four'];
const answer = fc.record({
  task: fc.constantFrom(...tasks),
  model: fc.constantFrom(...asked),
  tokens: fc
    .double({ min: 0, max: Math.log(30_000), noNaN: true })
    .map((length) => Math.round(Math.exp(length))),
});
const history = fc.array(answer, { maxLength: 150 });
const after = (answers: readonly Answer[]) => {
  const lengths = answerLengths();
  for (const { task, model, tokens } of answers) lengths.remember(task, model, tokens);
  return lengths;
};
/** The logarithm of one length as a multiple of another. */
const logRatio = (tokens: number, other: number) => Math.log(tokens / other);
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} and ${b}`);

test('the order in which models answered does not matter', () => {
  const orders = history.chain((answers) =>
    fc.tuple(fc.constant(answers), fc.shuffledSubarray(answers, { minLength: answers.length })),
  );
  fc.assert(
    fc.property(orders, (both) => {
      const [first, second] = both.map(after);
      assert.ok(first && second);
      for (const model of [...asked, 'e/new']) {
        near(Math.log(first.ratioOf(model)), Math.log(second.ratioOf(model)));
        for (const task of [...tasks, 'vision' as const])
          near(logRatio(first.at(task, 1e6).of(model), second.at(task, 1e6).of(model)), 0);
      }
    }),
  );
});

test('answers of one length bring what is expected of their model to that length, and never further from it', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 30_000 }), (answers, tokens) => {
      const before = answers.filter(({ model, task }) => model !== 'a/one' || task !== 'chat');
      const lengths = after(before);
      const distance = () => Math.abs(logRatio(lengthsAt(lengths, 'a/one'), tokens));
      let last = distance();
      for (let n = 0; n < 250; n += 1) {
        lengths.remember('chat', 'a/one', tokens);
        const now = distance();
        assert.ok(now <= last + 1e-9, `answer ${n + 1}: ${now} after ${last}`);
        last = now;
      }
      assert.ok(last < 0.031, String(last));
    }),
    { numRuns: 50 },
  );
});

test('a model that was not asked is expected to write as much as one that was, but for what chance does not explain', () => {
  fc.assert(
    fc.property(history, fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1 }), (answers, own) => {
      const others = answers.filter(({ model }) => model !== 'a/one');
      const mine = own.map((tokens) => ({ task: 'chat' as const, model: 'a/one', tokens }));
      const lengths = after([...others, ...mine]);
      const [mean, twin] = [
        own.reduce((sum, tokens) => sum + tokens) / own.length,
        lengthsAt(lengths, 'z/twin'),
      ];
      const beyond = Math.abs(logRatio(mean, twin)) - 6 / own.length;
      if (beyond < -1e-9) assert.equal(lengthsAt(lengths, 'a/one'), twin);
      near(Math.abs(logRatio(lengthsAt(lengths, 'a/one'), twin)), Math.max(0, beyond));
    }),
  );
});

test('of work that was never observed the estimate is expected', () => {
  const fresh = answerLengths();
  fc.assert(
    fc.property(history, (answers) => {
      const lengths = after(answers);
      assert.equal(lengths.of('vision'), fresh.of('vision'));
      assert.equal(lengths.at('vision', 1e6).of('e/new'), fresh.at('vision', 1e6).of('e/new'));
    }),
  );
});

test('answers of no tokens leave lengths that can be compared', () => {
  const lengths = answerLengths();
  for (let n = 0; n < 50; n += 1) lengths.remember('chat', 'a/silent', 0);
  lengths.remember('chat', 'b/short', 20);
  for (const id of ['a/silent', 'b/short', 'c/new']) assert.ok(lengthsAt(lengths, id) >= 0, id);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { type LearnedOutcome, OnlineLearner } from './online-learner.ts';

const outcome: LearnedOutcome = { model: 'a/one', task: 'math', keyId: 'k', base: 0.8, score: 1, at: 0 };
const teach = (learner: OnlineLearner, times: number, changes: Partial<LearnedOutcome>) => {
  for (let at = 0; at < times; at++) learner.learn({ ...outcome, at, ...changes });
};
const mean = (
  learner: OnlineLearner,
  subject: { model?: string; task?: string; tag?: string; keyId?: string; base?: number } = {},
) => learner.estimate({ model: 'a/one', task: 'math', base: 0.8, ...subject }).mean;

test('starts from the prior and moves to what outcomes show', () => {
  const learner = new OnlineLearner();
  assert.equal(mean(learner), 0.8);
  teach(learner, 5, { score: 0.4 });
  const after5 = mean(learner);
  teach(learner, 95, { score: 0.4 });
  assert.ok(after5 < 0.8 && after5 > mean(learner) && Math.abs(mean(learner) - 0.4) < 0.1);
});

test("outcomes at one task affect the model's other tasks a little, and other models not at all", () => {
  const learner = new OnlineLearner();
  teach(learner, 60, { score: 0.4 });
  assert.ok(mean(learner, { task: 'chat' }) < 0.7);
  assert.ok(mean(learner) < mean(learner, { task: 'chat' }));
  assert.equal(mean(learner, { model: 'b/two' }), 0.8);
});

test('what a model shows at one provider is known of it at all others, and each provider adds its own', () => {
  const learner = new OnlineLearner();
  const [direct, bedrock] = ['anthropic/claude-opus-5-5', 'bedrock/global.anthropic.claude-opus-5-5-v1:0'];
  const alone = new OnlineLearner();
  teach(alone, 60, { model: 'lab/other', score: 0.4 });
  teach(learner, 60, { model: direct, score: 0.4 });
  assert.equal(mean(learner, { model: direct }), mean(alone, { model: 'lab/other' }), 'one provider alone');
  assert.equal(mean(learner, { model: bedrock }), mean(learner, { model: direct }));
  assert.equal(
    mean(learner, { model: 'openrouter/anthropic/claude-opus-5.5' }),
    mean(learner, { model: direct }),
  );
  assert.equal(mean(learner, { model: 'anthropic/claude-opus-5' }), 0.8);
  teach(learner, 60, { model: bedrock, score: 0.9 });
  const [at, there] = [mean(learner, { model: direct }), mean(learner, { model: bedrock })];
  assert.ok(at > 0.4 && at < there - 0.1 && there < 0.9, `${at}, ${there}`);
});

test('models of different sizes are not one model', () => {
  const learner = new OnlineLearner();
  teach(learner, 60, { model: 'ollama/qwen3:8b', score: 0.2 });
  assert.equal(mean(learner, { model: 'lab/qwen3:32b' }), 0.8);
  assert.ok(mean(learner, { model: 'lab/qwen3:8b' }) < 0.5);
});

test('a project that differs is learned separately', () => {
  const learner = new OnlineLearner();
  teach(learner, 80, { tag: 'legacy', score: 0.5 });
  teach(learner, 80, { score: 0.9 });
  assert.ok(mean(learner, { tag: 'legacy' }) < mean(learner) - 0.1);
});

test('a model that breaks is detected within 100 calls, however long it was good', () => {
  const learner = new OnlineLearner();
  teach(learner, 3000, { score: 0.9 });
  let calls = 0;
  for (; mean(learner) > 0.45; calls++)
    learner.learn({ ...outcome, score: calls % 10 < 3 ? 1 : 0, at: calls });
  assert.ok(calls <= 100, `${calls} calls`);
});

test('a model that breaks falls behind within 100 calls, even against thousands of good labels', () => {
  const learner = new OnlineLearner({ trust: { model: 1000, task: 400, tag: 30 } });
  teach(learner, 3000, { score: 0.9 });
  let calls = 0;
  for (; mean(learner) > 0.7 && calls <= 200; calls++)
    learner.learn({ ...outcome, score: calls % 10 < 3 ? 1 : 0, at: calls });
  assert.ok(calls <= 100, `${calls} calls`);
});

test('one key cannot ruin a model for others, however much it complains', () => {
  const honest = new OnlineLearner();
  teach(honest, 300, { keyId: 'team', score: 0.8 });
  const before = mean(honest);
  teach(honest, 20_000, { keyId: 'troll', score: 0 });
  teach(honest, 300, { keyId: 'team', score: 0.8 });
  // Alone it would have brought the model's chance to nearly zero.
  assert.ok(before - mean(honest) < 0.45, `${before} to ${mean(honest)}`);
  const alone = new OnlineLearner();
  teach(alone, 300, { keyId: 'troll', score: 0 });
  assert.ok(mean(alone) < 0.1);
});

test("a key's dissenting feedback applies to its own calls, and affects others only a little", () => {
  const learner = new OnlineLearner();
  const told = (keyId: string, task = 'math') => mean(learner, { keyId, task });
  teach(learner, 40, { keyId: 'a', score: 0, base: 0.82 });
  assert.ok(told('a') < 0.15, `${told('a')}`);
  assert.ok(told('b') > 0.5 && told('b') < 0.75, `${told('b')}`);
  assert.ok(told('b', 'chat') > 0.65, `${told('b', 'chat')}`);
  teach(learner, 2_000, { keyId: 'a', score: 0, base: 0.82 });
  assert.ok(told('b') > 0.5, 'however often it is repeated');
});

test('a key with many times the outcomes of another counts for as much as that one, to that one and to third keys', () => {
  const learner = new OnlineLearner();
  teach(learner, 200, { keyId: 'a', score: 0, base: 0.82 });
  teach(learner, 20, { keyId: 'b', score: 1, base: 0.82 });
  for (const keyId of ['b', 'c']) {
    const told = mean(learner, { keyId, base: 0.82 });
    assert.ok(told > 0.48 && told < 0.6, `${keyId}: ${told}`);
  }
  assert.ok(mean(learner, { keyId: 'a' }) < 0.2, 'its own calls follow it');
});

const day = 24 * 3_600_000;

test('an estimate returns to its prior as its outcomes age, whether or not others follow them', () => {
  const learner = new OnlineLearner();
  teach(learner, 50, { score: 0, at: 0 });
  const after = (days: number) => learner.estimate({ ...outcome, at: days * day });
  const [now, month, year] = [after(0), after(30), after(365)];
  assert.ok(now.mean < 0.2 && month.mean > now.mean && month.mean < 0.4, `${now.mean} ${month.mean}`);
  assert.ok(Math.abs(year.mean - 0.8) < 0.01 && year.weight < 0.1 && year.deviation > now.deviation);
});

test('one more bad rating never raises a model, however long it rested', () => {
  for (const days of [0, 10, 100, 365]) {
    const learner = new OnlineLearner();
    teach(learner, 40, { score: 0 });
    const at = days * day;
    const before = learner.estimate({ ...outcome, at }).mean;
    learner.learn({ ...outcome, score: 0, at });
    assert.ok(learner.estimate({ ...outcome, at }).mean <= before, `${days} days`);
  }
});

/** A model with verdicts drawn with a chance that may change, and its chance as estimated. */
function drawnModel(seed: number) {
  const random = seededRandom(seed);
  const learner = new OnlineLearner();
  let at = 0;
  const learn = (chance: number, times: number) => {
    for (let call = 0; call < times; call++)
      learner.learn({ ...outcome, score: Number(random() < chance), at: at++ * 60_000 });
  };
  return { learner, learn };
}

test('a model that never changed is not taken for one that did, at hard work as at easy work', () => {
  for (const [at, chance] of [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95].entries()) {
    const { learner, learn } = drawnModel(at);
    learn(chance, 400);
    let lowest = 1;
    for (let call = 0; call < 20_000; call++) {
      learn(chance, 1);
      lowest = Math.min(lowest, mean(learner));
    }
    assert.ok(lowest > chance - 0.13, `${chance}: ${lowest}`);
  }
});

test('what was known before an alarm returns if the next outcomes refute it, and may be tried until then', () => {
  const { learner, learn } = drawnModel(1);
  learn(0.7, 1_000);
  const before = learner.estimate(outcome);
  while (!learner.suspectsAny) learn(0, 1);
  const suspect = learner.estimate(outcome);
  assert.ok(suspect.mean < before.mean - 0.2, `${suspect.mean}`);
  assert.ok(suspect.mean + suspect.deviation > before.mean - 0.05, 'it may still be as good');
  const resumed = new OnlineLearner({ state: JSON.parse(JSON.stringify(learner.snapshot())) });
  assert.deepEqual(resumed.estimate(outcome), suspect);
  learn(0.7, 100);
  const after = learner.estimate(outcome);
  assert.ok(!learner.suspectsAny && Math.abs(after.mean - 0.7) < 0.06, `${after.mean}`);
  assert.ok(after.weight > 300, 'what was known counts again');
});

test('a change that goes on is confirmed: what was known before counts no more', () => {
  const { learner, learn } = drawnModel(2);
  learn(0.8, 1_000);
  learn(0.2, 60);
  const { mean: chance, weight, deviation } = learner.estimate(outcome);
  assert.ok(!learner.suspectsAny && chance < 0.35 && weight < 100 && deviation < 0.06, `${chance} ${weight}`);
});

test('what a key saw of a changed model at other work counts little', () => {
  const { learner, learn } = drawnModel(3);
  teach(learner, 300, { task: 'chat', score: 0.9 });
  const seen = () => learner.estimate({ ...outcome, task: 'chat' }).weightAtTask;
  learn(0.8, 500);
  assert.ok(seen() > 200);
  while (!learner.suspectsAny) learn(0, 1);
  learn(0.1, 40);
  assert.ok(!learner.suspectsAny, 'the change is confirmed');
  assert.ok(seen() <= 20, `${seen()}`);
});

test('a restored snapshot continues exactly where it was taken, and one of another version is rejected', () => {
  const anyOutcome = fc.record({
    model: fc.constantFrom('a/one', 'b/two'),
    task: fc.constantFrom('math', 'chat'),
    keyId: fc.constantFrom('x', 'y', 'z'),
    base: fc.double({ min: 0, max: 1, noNaN: true }),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    at: fc.integer({ min: 0, max: 1e9 }),
  });
  fc.assert(
    fc.property(
      fc.array(anyOutcome, { maxLength: 60 }),
      fc.array(anyOutcome, { maxLength: 60 }),
      (first, rest) => {
        const whole = new OnlineLearner();
        const begun = new OnlineLearner();
        first.forEach((one) => [whole, begun].forEach((learner) => learner.learn(one)));
        const resumed = new OnlineLearner({ state: JSON.parse(JSON.stringify(begun.snapshot())) });
        rest.forEach((one) => [whole, resumed].forEach((learner) => learner.learn(one)));
        assert.deepEqual(resumed.snapshot(), whole.snapshot());
        const { mean: expected } = whole.estimate({ model: 'a/one', task: 'math', base: 0.5 });
        assert.ok(expected > 0 && expected < 1);
      },
    ),
  );
});

test('what is learned of 100 models, all tasks and many projects and keys stays under 10 MB', () => {
  const learner = new OnlineLearner();
  for (let at = 0; at < 60_000; at++) {
    const subject = { model: `p/m${at % 100}`, task: `t${at % 22}`, tag: `project ${at % 700}` };
    learner.learn({ ...outcome, ...subject, keyId: `key_${at % 1300}`, score: (at % 7) / 7, at });
  }
  assert.ok(Buffer.byteLength(JSON.stringify(learner.snapshot())) <= 10_000_000);
});

test('each of many keys is learned individually, the last as the first, even after a hundred others', () => {
  const spoilt = (keyId: string, gone: number) => {
    const learner = new OnlineLearner();
    for (let n = 0; n < gone; n++) teach(learner, 3, { keyId: `gone ${n}`, score: 0.9 });
    const later = 200 * 24 * 3_600_000;
    for (let key = 1; key <= 10; key++) learner.learn({ ...outcome, keyId: `key ${key}`, at: later });
    for (let n = 0; n < 40; n++) learner.learn({ ...outcome, keyId, score: 0, at: later + n });
    return mean(learner, { keyId });
  };
  assert.ok(spoilt('key 1', 0) < 0.4);
  assert.equal(spoilt('key 9', 0).toFixed(9), spoilt('key 1', 0).toFixed(9));
  assert.ok(spoilt('key 10', 100) < 0.4, `${spoilt('key 10', 100)} beside a hundred that spoke long ago`);
});

test('a key that comes last can do no more harm than one that came first, whichever places are taken', () => {
  const after = (hostile: number) => {
    const learner = new OnlineLearner();
    for (let key = 0; key < 50; key++) {
      if (key === hostile) teach(learner, 2_000, { keyId: 'hostile', score: 0 });
      teach(learner, 2, { keyId: `key ${key}`, score: 0.9 });
    }
    return mean(learner, { keyId: 'a newcomer' });
  };
  const [first, last] = [after(0), after(49)];
  assert.ok(first > 0.4 && last > 0.4, `${first}, ${last}`);
  assert.ok(Math.abs(first - last) < 0.1, `${first}, ${last}`);
});

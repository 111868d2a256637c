import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, cascadeGateway, outcomesOf, question, says } from '../support/cascade-gateway.ts';

test('the final answer counts for models that gave it before and against those that did not', async (t) => {
  const { gateway } = await cascadeGateway(
    t,
    says({ 'small-a': '#### 41', 'small-b': '#### 42', big: '#### 42' }),
  );
  const { children, row } = await answered(gateway, question());
  assert.deepEqual(
    row?.verdicts?.map(({ agrees, accepted }) => [agrees, accepted]),
    [
      [false, false],
      [true, false],
      [undefined, true],
    ],
  );
  const streamed = await answered(gateway, question({ stream: true }));
  assert.deepEqual(
    streamed.row?.verdicts?.map(({ agrees }) => agrees),
    [false, true, undefined],
  );
  assert.deepEqual(await outcomesOf(gateway, children, 2), [['cascade 0'], ['cascade 1'], []]);
});

test('an accepted answer counts for its own model as much as for the one that agreed', async (t) => {
  const { gateway } = await cascadeGateway(t, says({ 'small-a': 'The answer is 42.', 'small-b': '#### 42' }));
  const { children } = await answered(gateway, question());
  assert.deepEqual(await outcomesOf(gateway, children, 2), [['cascade 1'], ['cascade 1']]);
});

test('an answer accepted alone counts for its model with its probability, prose does not count', async (t) => {
  const { gateway } = await cascadeGateway(t, says({ 'small-a': '#### 42' }), {
    cascade: { threshold: 0.3 },
  });
  const { children, row } = await answered(gateway, question());
  const { accepted, probability } = row?.verdicts?.[0] ?? {};
  assert.equal(accepted, true);
  assert.deepEqual(await outcomesOf(gateway, children, 1), [[`cascade ${probability}`]]);
});

test('further samples of a model do not confirm its answer', async (t) => {
  const { gateway } = await cascadeGateway(t, says({ 'small-a': '#### 42' }), { cascade: { samples: 5 } });
  const { children, row } = await answered(gateway, question());
  const { accepted, probability } = row?.verdicts?.[0] ?? {};
  assert.equal(accepted, true);
  const outcomes = (await outcomesOf(gateway, children, children.length)).flat();
  assert.equal(outcomes.filter((outcome) => outcome === `cascade ${probability}`).length, 1, outcomes.join());
});

test('over many cascades each cheap model is rated by what it gets right, whichever is called first', async (t) => {
  // Each is wrong in one of five, independently of the other, and the strong one never.
  const isWrong: Record<string, (n: number) => boolean> = {
    'small-a': (n) => n % 5 === 0,
    'small-b': (n) => n < 5,
  };
  const { gateway } = await cascadeGateway(
    t,
    (model, { messages }) => {
      const n = Number(/riddle (\d+)/.exec(String(messages.at(-1)?.content))?.[1]);
      return `#### ${isWrong[model]?.(n) ? `${model === 'small-a' ? 1 : 2}00${n}` : 42}`;
    },
    { cascade: { threshold: 0.88 } },
  );
  const riddles = Array.from({ length: 25 }, (_, n) =>
    answered(gateway, question({ messages: [{ role: 'user', content: `A hard riddle ${n}: 6 times 7?` }] }), {
      'x-conclave-task': 'math',
    }),
  );
  const children = (await Promise.all(riddles)).flatMap((one) => one.children);
  for (const model of ['lab/small-a', 'lab/small-b']) {
    const own = children.filter((child) => child.model === model);
    const outcomes = (await outcomesOf(gateway, own, 25)).flat();
    assert.deepEqual(
      [outcomes.filter((one) => one === 'cascade 1').length, outcomes.length],
      [20, 25],
      `${model}: ${outcomes.join()}`,
    );
  }
});

test('accepted prose is no evidence about its model, and neither is rejected prose', async (t) => {
  const tale = 'A river ran through the valley, and nobody knew where it came from.';
  const { gateway } = await cascadeGateway(t, says({ 'small-a': tale }), { cascade: { threshold: 0.3 } });
  const { children, row } = await answered(gateway, question(), { 'x-conclave-task': 'chat' });
  assert.equal(row?.verdicts?.[0]?.accepted, true);
  assert.deepEqual(await outcomesOf(gateway, children, 0), [[]]);
});

test('a cheap answer cut by the caller’s limit is not counted wrong', async (t) => {
  const { gateway } = await cascadeGateway(
    t,
    says({ 'small-a': 'So the answer is 42', 'small-b': '#### 42', big: '#### 42' }),
  );
  const { row, children } = await answered(gateway, question({ max_tokens: 2 }));
  assert.equal(row?.model, 'lab/big');
  assert.deepEqual(await outcomesOf(gateway, children, 1), [[], ['cascade 1'], []]);
});

test('a last answer that fails the check is no evidence against earlier ones', async (t) => {
  const { gateway } = await cascadeGateway(
    t,
    says({ 'small-a': '#### 41', 'small-b': '#### 43', big: '#### 40' }),
  );
  const check = { 'x-conclave-check': JSON.stringify({ regex: '42' }) };
  const { children, row } = await answered(gateway, question(), check);
  assert.deepEqual([row?.model, row?.verdicts?.at(-1)?.accepted], ['lab/big', false]);
  assert.deepEqual(await outcomesOf(gateway, children, 0), [[], [], []]);
});

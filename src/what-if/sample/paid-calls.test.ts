import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRow } from '../../core/stores/ledger.ts';
import { noUsage } from '../../core/money/usage.ts';
import { paidCalls } from './paid-calls.ts';

function row(id: string, more: Partial<CallRow> = {}): CallRow {
  return {
    id,
    traceId: 't',
    startedAt: 0,
    surface: 'http',
    tags: [],
    keyId: 'k',
    requestedModel: 'cascade',
    stream: false,
    simulated: false,
    state: 'ok',
    attempts: [],
    warnings: [],
    outcomes: [],
    usage: noUsage,
    estimated: false,
    cost: 0n,
    ...more,
  };
}

/** A model's answer as a step of a cascade, of a number of tokens. */
const below = (id: string, model: string, tokens: number) =>
  row(id, { parentId: '1', model, usage: { ...noUsage, input: tokens }, cost: BigInt(tokens) });

test('a cascade counts the tokens of the answer that was given, and the cost of all its calls', async () => {
  const verdicts = [
    { requestIds: ['3'], model: 'a/small', accepted: false, because: [] },
    { requestIds: ['5'], model: 'a/small', accepted: true, because: [] },
  ];
  const cascade = row('1', { model: 'a/small', verdicts });
  const guess = below('2', 'a/small', 7);
  const judge = below('4', 'a/small', 11);
  const rows = [cascade, judge, guess, below('3', 'a/small', 1_000), below('5', 'a/small', 1_200)];
  const [call, ...others] = await paidCalls(rows);
  assert.deepEqual(others, []);
  assert.deepEqual([call?.usage.input, call?.cost], [1_200, 2_218n]);
  assert.deepEqual(
    [call?.parts, call?.guesses].map((parts) => parts?.map(({ cost }) => cost)),
    [[11n, 1_000n, 1_200n], [7n]],
  );
});

test("classification adds to a call's cost and to nothing else", async () => {
  const answered = row('1', { model: 'a/big', usage: { ...noUsage, input: 500 }, cost: 5_000n });
  const [call, ...others] = await paidCalls([answered, below('2', 'a/small', 7)]);
  assert.deepEqual(others, []);
  assert.deepEqual([call?.usage.input, call?.cost, call?.model], [500, 5_007n, 'a/big']);
  assert.deepEqual([call?.parts.length, call?.guesses.length], [1, 1]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallReceipt } from '../../core/call.ts';
import { noUsage } from '../../core/money/usage.ts';
import { withChildren } from './with-children.ts';

const receipt = (cost?: bigint): CallReceipt => ({
  requestId: 'req_1',
  attempts: 1,
  warnings: [],
  state: 'ok',
  usage: { ...noUsage, input: 10 },
  estimated: false,
  simulated: false,
  ...(cost !== undefined && { cost, frontierCost: 2n * cost }),
});

test('the money of a call and its children is their sum, and unknown if one part is', () => {
  const { cost, frontierCost, usage } = withChildren(receipt(5n), [receipt(7n), receipt(1n)]);
  assert.deepEqual([cost, frontierCost, usage.input], [13n, 26n, 30]);
  for (const parts of [
    [receipt(5n), receipt()],
    [receipt(), receipt(5n)],
    [receipt(), receipt(), receipt(5n)],
  ] as const) {
    const [own, ...children] = parts;
    const sum = withChildren(own, children);
    assert.deepEqual([sum.cost, sum.frontierCost], [undefined, undefined]);
  }
});

test('what the caller paid for its children with its own key is added, and is absent if it paid nothing', () => {
  const paid = { ...receipt(0n), callerCost: 4n };
  assert.equal(withChildren(receipt(0n), [paid, receipt(1n), paid]).callerCost, 8n);
  assert.equal(withChildren(paid, [receipt(1n)]).callerCost, 4n);
  assert.ok(!('callerCost' in withChildren(receipt(0n), [receipt(1n)])));
});

test('one estimated or simulated part makes the whole so', () => {
  const { estimated, simulated } = withChildren(receipt(1n), [
    { ...receipt(1n), estimated: true },
    { ...receipt(1n), simulated: true },
  ]);
  assert.deepEqual([estimated, simulated], [true, true]);
});

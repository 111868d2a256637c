import assert from 'node:assert/strict';
import { test } from 'node:test';
import { perCall, whatIfGateway } from '../support/what-if-gateway.ts';

const math = { 'x-conclave-task': 'math' };

test('a call that was latency-critical, or wanted several answers, is no cascade when it is decided again either', async (t) => {
  const { gateway, call } = await whatIfGateway(t, () => 'The answer is 42.');
  await call('cascade', 3, { ...math, 'x-conclave-max-latency-ms': '5000' });
  await call('cascade', 3, math, { wishes: { n: 3 } });
  // Neither called a policy of its own: they named their model.
  await call('first/medium', 3, { 'x-conclave-max-latency-ms': '5000' });
  await call('first/medium', 3, {}, { wishes: { n: 3 } });
  const { whatIf } = gateway.app.router;
  const outage = await whatIf.replay({ without: ['first/small'] });
  assert.deepEqual([outage.after.totalNanoUsd.value, outage.shifts], [12 * perCall(2), []]);
  const cascaded = await whatIf.replay({ policy: 'cascade' });
  assert.deepEqual([cascaded.after.totalNanoUsd.value, cascaded.shifts], [12 * perCall(2), []]);
});

test('a cascade whose answers the caller checked is replayed with that check', async (t) => {
  const { gateway, call } = await whatIfGateway(t, () => 'return "Title";');
  const check = { 'x-conclave-task': 'code-generation', 'x-conclave-check': '{"regex":"Title"}' };
  await call('cascade', 5, check);
  const { whatIf } = gateway.app.router;
  const paid = 5 * perCall(0.2);
  const same = await whatIf.replay({ policy: 'cascade' });
  assert.deepEqual([same.before.totalNanoUsd, same.after.totalNanoUsd.value, same.shifts], [paid, paid, []]);
  assert.equal(same.after.quality.value, same.before.quality.value);
  const outage = await whatIf.replay({ without: ['first/big'] });
  assert.deepEqual([outage.after.totalNanoUsd.value, outage.shifts], [paid, []]);
});

test('a check is expected to accept the answers that are right, and no others', async (t) => {
  const { gateway, call } = await whatIfGateway(t, () => 'return "Title";');
  await call('first/medium', 5, {
    'x-conclave-task': 'code-generation',
    'x-conclave-check': '{"regex":"Title"}',
  });
  const { after } = await gateway.app.router.whatIf.replay({ policy: 'cascade' });
  // Some of the small model's answers pass, and the strong model is paid for the rest.
  assert.ok(after.totalNanoUsd.value > 5 * perCall(0.2), String(after.totalNanoUsd.value));
  assert.ok(after.totalNanoUsd.value < 5 * perCall(10), String(after.totalNanoUsd.value));
});

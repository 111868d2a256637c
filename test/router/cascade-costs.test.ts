import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, cascadeGateway, costOf, question, says } from '../support/cascade-gateway.ts';
import { createKey } from '../support/create-key.ts';
import { post } from '../support/gateway.ts';

test('the worst case is reserved first: a budget below the cheapest model of each step refuses before any call', async (t) => {
  const { gateway, lab } = await cascadeGateway(t, says({ 'small-a': '#### 42', 'small-b': '#### 42' }));
  const keyWith = (limitUsd: number) =>
    createKey(gateway, { name: `k${limitUsd}`, budgets: [{ window: 'day', limitUsd }] });
  const poor = await keyWith(0.00002);
  assert.equal(
    (await post({ ...gateway, key: poor.key }, '/v1/chat/completions', question({ max_tokens: 100 }))).status,
    429,
  );
  assert.equal(lab.asked.length, 0);
  const rich = await keyWith(0.02);
  assert.equal(
    (await post({ ...gateway, key: rich.key }, '/v1/chat/completions', question({ max_tokens: 100 }))).status,
    200,
  );
  const [standing] = await gateway.app.keys.budgets(rich);
  assert.deepEqual([standing?.spent, standing?.reserved], [BigInt(costOf(0.1) + costOf(0.2)), 0n]);
});

test('a cascade is compared with one call to the best model: if all its steps were used it saved nothing', async (t) => {
  const { gateway } = await cascadeGateway(t, says({ 'small-a': '41', 'small-b': '43', big: '42' }));
  const costs = () => gateway.app.ledger.costs({ since: 0, by: 'model' });
  const { row, children } = await answered(gateway, question());
  const spent = costOf(0.1) + costOf(0.2) + costOf(10);
  const report = await costs();
  assert.deepEqual([report.totalNanoUsd, report.frontierNanoUsd], [spent, costOf(10)]);
  assert.equal(report.savingNanoUsd, -costOf(0.1) - costOf(0.2), 'the cheap answers were paid for in vain');
  assert.deepEqual(
    [row?.frontierCost, children.map(({ frontierCost }) => frontierCost)],
    [BigInt(costOf(10)), [0n, 0n, 0n]],
  );
  assert.deepEqual(
    [report.calls, report.rows.map(({ name, calls }) => `${name} ${calls}`)],
    [1, ['lab/big 1', 'lab/small-b 0', 'lab/small-a 0']],
  );
  // In a stream, the answer's usage comes last.
  await answered(gateway, question({ stream: true }));
  assert.deepEqual([(await costs()).totalNanoUsd, (await costs()).frontierNanoUsd], [2 * spent, costOf(20)]);
});

test('if a budget cannot cover the strong model, a cascade ends with the best affordable one, and says so', async (t) => {
  const { gateway, lab } = await cascadeGateway(
    t,
    says({ 'small-a': '41', 'small-b': '43', 'small-c': '42' }),
  );
  const budgets = [{ window: 'day', limitUsd: 0.001, unknownPrices: 'refuse' }];
  const { key } = await createKey(gateway, { name: 'poor', budgets });
  const { reply, row } = await answered({ ...gateway, key }, question({ max_tokens: 50 }));
  assert.equal(reply.status, 200);
  assert.deepEqual(
    lab.asked.map(({ model }) => model),
    ['small-a', 'small-b', 'small-c'],
  );
  assert.match(
    row?.warnings.join() ?? '',
    /lab\/big may cost more than the \$[\d.]+ left of this key's budget/u,
  );
  // A budget below the cost of the cheap models alone is still too small.
  const poorer = await createKey(gateway, {
    name: 'poorer',
    budgets: [{ window: 'day', limitUsd: 0.00001, unknownPrices: 'refuse' }],
  });
  const refused = await answered({ ...gateway, key: poorer.key }, question({ max_tokens: 50 }));
  assert.equal(refused.reply.status, 429);
});

test('a price ceiling applies to a cascade as a whole: it ends with a cheaper model, or one model answers alone', async (t) => {
  const { gateway: started, lab } = await cascadeGateway(t, () => 'nobody is asked');
  // The local key has a budget of five dollars a day.
  const { key } = await started.app.keys.issue({ name: 'rich', budgets: [] });
  const gateway = { ...started, key };
  const dry = async (usd: number, more: object = {}) => {
    const headers = { 'x-conclave-max-cost-usd': String(usd), 'x-conclave-dry-run': 'true' };
    const { text } = await answered(gateway, question({ max_tokens: 1_000_000, ...more }), headers);
    const plan = JSON.parse(text) as {
      steps: { model: string }[][];
      reason: string;
      reserves_usd: number;
      warnings: string[];
    };
    const first = plan.steps.map(([candidate]) => candidate?.model);
    assert.ok(plan.reason.startsWith(first.join(', then ')), plan.reason);
    return { ...plan, first };
  };
  // A million output tokens: ten dollars for the strong model, and up to thirty cents for each small one.
  const whole = await dry(11);
  assert.deepEqual([whole.first.length, whole.first.at(-1), whole.warnings], [3, 'lab/big', []]);
  const shorter = await dry(10.2);
  assert.deepEqual(shorter.first.at(-1) === 'lab/big' && shorter.first.length === 3, false);
  assert.match(shorter.warnings.join(), /the ceiling of \$10\.2/);
  for (const usd of [11, 10.2, 5, 0.65, 0.35]) {
    const { reserves_usd: most } = await dry(usd);
    assert.ok(most <= usd, `$${most} of $${usd}`);
  }
  const several = await dry(12, { n: 3 });
  assert.ok(!several.first.includes('lab/big'), 'three answers of it may cost thirty dollars');
  assert.deepEqual(lab.asked, []);
});

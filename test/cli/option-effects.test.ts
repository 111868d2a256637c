import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Model } from '../../src/core/model.ts';
import type { CostReport } from '../../src/core/stores/ledger.ts';
import type { ReplayReport } from '../../src/core/routing/what-if.ts';
import { conclave } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { whatIfGateway } from '../support/what-if-gateway.ts';

type UsdRates = { readonly input: number; readonly output: number };
type ListedModel = Model & {
  readonly usdPerMillionTokens?: UsdRates;
  readonly batchUsdPerMillionTokens?: UsdRates;
};

const dayMs = 24 * 60 * 60 * 1_000;

test('ask keeps to the cost limit, and sends and records what its other options say', async (t) => {
  const { gateway, lab } = await whatIfGateway(t);
  const place = { folder: gateway.home, home: gateway.home };
  const tooDear = await conclave(['ask', '--max-cost-usd', '0.000001', 'Hi'], place);
  assert.match(tooDear.stderr, /no_candidate|the ceiling of \$0\.000001/);
  assert.notEqual(tooDear.code, 0);
  for (const [command, wrong] of [
    ['ask', '0'],
    ['ask', 'Infinity'],
    ['route', '1e300'],
    ['chat', '1e300'],
  ] as const) {
    const refused = await conclave([command, '--max-cost-usd', wrong, 'Hi'], place);
    assert.deepEqual([refused.code, refused.stdout], [2, ''], `${command} ${wrong}`);
    assert.match(refused.stderr, /max.cost.usd.* at most 1000000000/);
  }
  assert.equal(lab.asked.length, 0);

  const options = [
    '--max-cost-usd',
    '1',
    '--task',
    'summarisation',
    '--tag',
    'red',
    '--system',
    'Be brief.',
    '--json',
  ];
  const { code, stdout, stderr } = await conclave(['ask', ...options, 'What is 6 * 7?'], place);
  assert.equal(code, 0, stderr);
  const { requestId }: { requestId: string } = JSON.parse(stdout);
  const row = await gateway.app.ledger.show(requestId);
  assert.deepEqual([row?.task, row?.tags, row?.decision?.wishes?.maxCostUsd], ['summarisation', ['red'], 1]);
  assert.deepEqual(
    lab.asked.map(({ messages }) => messages.map(({ role }) => role)),
    [['system', 'user']],
  );
  assert.match(JSON.stringify(lab.asked), /Be brief\./);
});

test('models lists those of the tier that have all of the capabilities', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  const listed = async (...options: string[]) => {
    const { code, stdout, stderr } = await conclave(['models', '--simulate', '--json', ...options], place);
    assert.equal(code, 0, stderr);
    const { models }: { models: ListedModel[] } = JSON.parse(stdout);
    return models;
  };
  const all = await listed();
  const batched = all.filter(({ batchUsdPerMillionTokens }) => batchUsdPerMillionTokens);
  assert.ok(batched.length > 0);
  for (const { id, usdPerMillionTokens: usual, batchUsdPerMillionTokens: batch } of batched)
    assert.ok(usual && batch && batch.input < usual.input && batch.output < usual.output, id);
  const ids = (models: readonly Model[]) => models.map(({ id }) => id);
  const isEconomy = ({ tier }: Model) => tier === 'economy';
  const both = ({ capabilities: { vision = false, tools = false } }: Model) => vision && tools;
  const one = ({ capabilities: { vision = false, tools = false } }: Model) => vision !== tools;
  assert.ok(all.some((model) => isEconomy(model) && one(model)));
  assert.ok(all.some((model) => !isEconomy(model) && both(model)));
  assert.deepEqual(ids(await listed('--tier', 'economy')), ids(all.filter(isEconomy)));
  assert.deepEqual(ids(await listed('--can', 'vision, tools')), ids(all.filter(both)));
  assert.deepEqual(
    ids(await listed('--can', 'vision,tools', '--tier', 'economy')),
    ids(all.filter((model) => isEconomy(model) && both(model))),
  );
});

test('costs counts the calls since the given time', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() - 2 * dayMs });
  const { gateway, call } = await whatIfGateway(t);
  await call('first/small', 1);
  t.mock.timers.tick(2 * dayMs);
  await call('second/small', 1);
  const place = { folder: gateway.home, home: gateway.home };
  const counted = async (...options: string[]) => {
    const { code, stdout, stderr } = await conclave(['costs', '--json', ...options], place);
    assert.equal(code, 0, stderr);
    const { rows }: CostReport = JSON.parse(stdout);
    return rows.map(({ name }) => name).toSorted();
  };
  assert.deepEqual(await counted('--since', '1h'), ['second/small']);
  assert.deepEqual(await counted('--since', '3d'), ['first/small', 'second/small']);
  assert.deepEqual(await counted(), ['first/small', 'second/small']);
  assert.deepEqual(await counted('--since', '3d', '--by', 'provider'), ['first', 'second']);
});

test('replay reports the change that its options describe', async (t) => {
  const { gateway, call } = await whatIfGateway(t);
  await call('auto', 1);
  const place = { folder: gateway.home, home: gateway.home };
  const cases: [options: string[], change: object][] = [
    [['--quality', '0.5'], { quality: 0.5 }],
    [['--mode', 'economy'], { mode: 'economy' }],
    [['--policy', 'cost'], { policy: 'cost' }],
    [['--price', 'first/*=+200%'], { prices: ['first/*=+200%'] }],
    [['--without', 'first', 'second/big'], { without: ['first', 'second/big'] }],
  ];
  for (const [options, change] of cases) {
    const { code, stdout, stderr } = await conclave(['replay', '--json', ...options], place);
    assert.equal(code, 0, stderr);
    const report: ReplayReport = JSON.parse(stdout);
    assert.deepEqual(report.change, change);
    assert.equal(report.calls, 1);
  }
});

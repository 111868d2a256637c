import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallReceipt } from '../../core/call.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import type { Model } from '../../core/model.ts';
import { noUsage } from '../../core/money/usage.ts';
import { panelSaving } from './panel-saving.ts';
import type { PanelResult } from './run-panel.ts';

/** A nano-dollar for a token. */
const priced = (id: string): Model => ({
  id,
  provider: 'lab',
  name: id,
  family: id,
  capabilities: {},
  strengths: [],
  weaknesses: [],
  price: { input: 1_000, output: 1_000 },
  local: false,
});

const { price: _, ...unpriced } = priced('lab/unpriced');
const models = [priced('lab/a'), priced('lab/b'), unpriced];
const catalogue: Catalogue = {
  models: () => models,
  lists: () => true,
  names: () => [],
  get: (id) => models.find((model) => model.id === id),
  resolve: () => assert.fail('no name is resolved'),
};

const cost = (nanoUsd: number): CallReceipt => ({
  requestId: 'req_1',
  state: 'ok',
  usage: { ...noUsage, input: nanoUsd },
  cost: BigInt(nanoUsd),
  estimated: false,
  simulated: false,
  attempts: 1,
  warnings: [],
});

type Result = PanelResult<{ readonly model: string }, unknown>;

const ended = (state: 'done' | 'cancelled', model: string, ...receipts: CallReceipt[]): Result =>
  state === 'done'
    ? { state, member: { model }, receipts, result: undefined }
    : { state, member: { model }, receipts };

const saving = (...results: Result[]) => panelSaving({ catalogue, now: () => 0 }, results);

test('a cancelled member saves what the others cost on average, less what it had cost already', () => {
  const done = [ended('done', 'lab/a', cost(600), cost(200)), ended('done', 'lab/a', cost(400))];
  assert.equal(saving(...done), 0n);
  assert.equal(saving(...done, ended('cancelled', 'lab/b')), 600n);
  assert.equal(saving(...done, ended('cancelled', 'lab/b', cost(100), cost(50))), 450n);
  assert.equal(saving(...done, ended('cancelled', 'lab/b'), ended('cancelled', 'lab/a', cost(100))), 1_100n);
  assert.equal(saving(...done, ended('cancelled', 'lab/b', cost(700))), 0n, 'never less than nothing');
});

test('what was saved is unknown if the price of a cancelled member is', () => {
  const done = ended('done', 'lab/a', cost(600));
  assert.equal(saving(done, ended('cancelled', 'lab/b'), ended('cancelled', 'lab/unpriced')), undefined);
  assert.equal(saving(done, ended('done', 'lab/unpriced', cost(100)), ended('cancelled', 'lab/b')), 350n);
});

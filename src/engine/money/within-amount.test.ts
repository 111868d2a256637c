import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate, costing } from '../../../test/support/policy-candidates.ts';
import { requestFeatures, type SetFeatures } from '../../../test/support/request-features.ts';
import type { Candidate } from '../../core/deployment.ts';
import { amountFor, reservationAmount } from './reservation-amount.ts';
import { withinAmount } from './within-amount.ts';

const dear = candidate('lab/dear', { price: costing(10) });
const middling = candidate('lab/middling', { price: costing(3) });
const cheap = candidate('lab/cheap', { price: costing(0.5) });
const unpriced = candidate('lab/unpriced');

type PricedRoute = Parameters<typeof withinAmount>[0];

const routeOf = (steps: readonly (readonly Candidate[])[], features: SetFeatures = {}): PricedRoute => ({
  choice: { kind: 'open', isListed: false, localOnly: false, warnings: [] },
  features: requestFeatures(features),
  plan: { steps: steps.map((candidates) => ({ candidates })), reason: '' },
});

const idsOf = ({ plan }: PricedRoute) =>
  plan.steps.map(({ candidates }) => candidates.map(({ model }) => model.name).join());

test('an open choice keeps what fits, never a model whose bill would be unknown', () => {
  const route = routeOf([[dear, unpriced, middling, cheap]]);
  const most = amountFor(middling, route.features);
  assert.deepEqual(idsOf(withinAmount(route, most)), ['middling,cheap']);
  assert.deepEqual(idsOf(withinAmount(route, most - 1n)), ['cheap']);
  assert.deepEqual(idsOf(withinAmount(route, 0n)), ['cheap']);
});

test('if nothing fits, the cheapest model that is known to read what the call contains is kept', () => {
  const sees = candidate('lab/sees', { price: costing(5), capabilities: { vision: true } });
  const route = routeOf([[sees, cheap]], { request: { needs: ['vision'] } });
  assert.deepEqual(idsOf(withinAmount(route, 0n)), ['sees']);
  assert.deepEqual(
    idsOf(withinAmount(routeOf([[middling, cheap]], { request: { needs: ['vision'] } }), 0n)),
    ['cheap'],
  );
});

test('a cascade whose strong model does not fit ends with one that was not asked before', () => {
  const other = candidate('lab/other', { price: costing(3) });
  const route = routeOf([
    [cheap, other],
    [dear, cheap, other],
  ]);
  const most = 2n * amountFor(other, route.features);
  const cheaper = withinAmount(route, most);
  assert.deepEqual(idsOf(cheaper), ['cheap,other', 'other,cheap']);
  assert.ok(reservationAmount(cheaper.plan, cheaper.features) <= most);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { costOf } from '../../src/core/money/price.ts';
import { createCatalogue } from '../../src/models/create-catalogue.ts';
import { builtInAliases } from '../../src/models/aliases.ts';
import { builtInProviders } from '../../src/providers/built-in-providers.ts';
import { chargeFor } from '../../src/simulator/bill.ts';

const catalogue = await createCatalogue({ providers: builtInProviders, known: builtInProviders });
const aliased = Object.values(builtInAliases).flatMap((id) => catalogue.get(id) ?? []);
const priced = [...catalogue.models(), ...aliased].flatMap((model) =>
  model.price && !model.local ? [{ ...model, price: model.price }] : [],
);

const nothing = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0, reasoning: 0 };

test('the simulator has a price for every model that can be chosen, so its bill is complete', () => {
  const unpriced = priced.filter(({ provider, name }) => chargeFor(provider, name, nothing, 0) === undefined);
  assert.deepEqual(
    unpriced.map(({ id }) => id),
    [],
  );
});

test('catalogue and simulator charge the same for any usage of any model at any hour, to the nano-dollar', () => {
  const tokens = fc.oneof(fc.nat({ max: 3_000 }), fc.nat({ max: 300_000 }));
  const usages = fc.record({
    input: tokens,
    output: tokens,
    cacheRead: tokens,
    cacheWrite: tokens,
    cacheWriteLong: tokens,
    reasoning: tokens,
  });
  const moments = fc.integer({ min: Date.UTC(2026, 10, 21), max: Date.UTC(2026, 11, 31) });
  fc.assert(
    fc.property(fc.constantFrom(...priced), usages, moments, ({ id, provider, name, price }, usage, at) => {
      assert.equal(chargeFor(provider, name, usage, at), costOf({ ...usage, webSearches: 0 }, price, at), id);
    }),
    { numRuns: 4_000 },
  );
});

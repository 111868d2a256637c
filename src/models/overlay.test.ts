import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskTypes } from '../core/task.ts';
import { familyOf, knownModel } from './family-of.ts';
import { families } from './overlay/index.ts';
import { plainName } from '../core/names/plain-name.ts';
import { findPriced, loadPriceSnapshot } from './price-snapshot.ts';

const { providers } = await loadPriceSnapshot();
const models = families.flatMap((family) => family.models.map((model) => ({ family, model })));

test('every model of the overlay is matched by its own family', () => {
  for (const { family, model } of models) {
    assert.equal(familyOf(plainName(model.name)), family, model.name);
    assert.equal(knownModel(family, plainName(model.name)), model, model.name);
  }
});

test('every current model has a price at its home provider, in the list or in the overlay', () => {
  for (const { family, model } of models) {
    const list = family.home === undefined ? undefined : providers[family.home];
    if (!list || model.successor !== undefined) continue;
    assert.ok(model.price ?? findPriced(list, model.name)?.price, `${family.home}/${model.name}`);
  }
});

test('the overlay has no price for a model that the price list has', () => {
  for (const { family, model } of models.filter(({ model }) => model.price)) {
    const row = findPriced(providers[family.home ?? ''] ?? [], model.name);
    assert.notEqual(
      row?.name,
      model.name,
      `${model.name} is in the price list now: remove its price from the overlay`,
    );
  }
});

test('a successor is a current model of the same family', () => {
  for (const { family, model } of models.filter(({ model }) => model.successor !== undefined)) {
    const successor = family.models.find(({ name }) => name === model.successor);
    assert.ok(successor && successor.successor === undefined, `${model.name} → ${model.successor}`);
  }
});

test('every type of task is a strength or weakness of some family', () => {
  const named = new Set(
    families.flatMap(({ strengths, weaknesses }) => [...strengths, ...weaknesses].map(({ task }) => task)),
  );
  assert.deepEqual(
    taskTypes.filter((task) => !named.has(task)),
    [],
  );
});

test('every note has a source', () => {
  for (const { strengths, weaknesses } of families) {
    for (const { note, source } of [...strengths, ...weaknesses]) assert.ok(note !== '' && source !== '');
  }
});

test('the spellings of different providers give the same plain name', () => {
  const written = [
    'claude-opus-5-5',
    'anthropic/claude-opus-5.5',
    'anthropic/claude-opus-5.5:thinking',
    'global.anthropic.claude-opus-5-5-v1:0',
    'us.anthropic.claude-opus-5-5',
    'claude-opus-5-5-20261001',
    'claude-opus-5-5@20261001',
    'Claude-Opus-5.5-latest',
  ];
  assert.deepEqual([...new Set(written.map(plainName))], ['claude-opus-5-5']);
  assert.equal(plainName('mistral-large-2512'), 'mistral-large-2512', 'four digits are part of the name');
});

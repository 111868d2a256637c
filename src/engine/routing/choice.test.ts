import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Model } from '../../core/model.ts';
import { isNamed, isOurs, type Choice } from './choice.ts';

const [sonnet, gpt] = [modelOf('anthropic/sonnet'), modelOf('openai/gpt')];

const open: Choice = { kind: 'open', localOnly: false, isListed: false, warnings: [] };
const asked = (by: 'name' | 'alias' | 'pin' | 'parent', isListed = false): Choice => ({
  kind: 'asked',
  model: sonnet,
  by,
  isListed,
  warnings: [],
});

test('whoever answers an open choice, an alias, a pin or a parent was chosen here; who is named itself was not', () => {
  for (const choice of [open, { ...open, isListed: true }, asked('alias'), asked('pin'), asked('parent')])
    assert.ok(isOurs(choice, sonnet) && isOurs(choice, gpt), JSON.stringify(choice));
  assert.deepEqual([isOurs(asked('name'), sonnet), isOurs(asked('name'), gpt)], [false, true]);
});

test('a list behind a name is all names; what a cascade chose of a list, it chose', () => {
  assert.deepEqual([isOurs(asked('name', true), gpt), isOurs(asked('alias', true), sonnet)], [false, false]);
  assert.ok(isOurs(asked('parent', true), sonnet));
  assert.ok(isNamed({ ...open, isListed: true }, gpt) && isNamed(asked('name', true), gpt));
});

test('nobody is named in an open choice, and behind a name only the one that it means', () => {
  assert.equal(isNamed(open, sonnet), false);
  assert.deepEqual([isNamed(asked('alias'), sonnet), isNamed(asked('alias'), gpt)], [true, false]);
});

function modelOf(id: string): Model {
  const [provider = '', name = ''] = id.split('/');
  return { id, provider, name, family: name, capabilities: {}, strengths: [], weaknesses: [], local: false };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Model } from '../../../core/model.ts';
import { isNamed, isOurs } from './choice-of.ts';
import type { ModelChoice } from '../../route.ts';

const [sonnet, gpt] = [modelOf('anthropic/sonnet'), modelOf('openai/gpt')];

const open: ModelChoice = { kind: 'open', localOnly: false, isListed: false, warnings: [] };
const asked = (by: 'name' | 'alias' | 'pin' | 'parent', isListed = false): ModelChoice => ({
  kind: 'named',
  model: sonnet,
  by,
  isListed,
  warnings: [],
});

test('a model is ours after an open choice, alias, pin or parent, but not if the caller named it', () => {
  for (const choice of [open, { ...open, isListed: true }, asked('alias'), asked('pin'), asked('parent')])
    assert.ok(isOurs(choice, sonnet) && isOurs(choice, gpt), JSON.stringify(choice));
  assert.deepEqual([isOurs(asked('name'), sonnet), isOurs(asked('name'), gpt)], [false, true]);
});

test('a list after a name or alias counts as names; a choice that a cascade made counts as ours', () => {
  assert.deepEqual([isOurs(asked('name', true), gpt), isOurs(asked('alias', true), sonnet)], [false, false]);
  assert.ok(isOurs(asked('parent', true), sonnet));
  assert.ok(isNamed({ ...open, isListed: true }, gpt) && isNamed(asked('name', true), gpt));
});

test('an open choice names no model, and a name or alias only the one it resolves to', () => {
  assert.equal(isNamed(open, sonnet), false);
  assert.deepEqual([isNamed(asked('alias'), sonnet), isNamed(asked('alias'), gpt)], [true, false]);
});

function modelOf(id: string): Model {
  const [provider = '', name = ''] = id.split('/');
  return { id, provider, name, family: name, capabilities: {}, strengths: [], weaknesses: [], local: false };
}

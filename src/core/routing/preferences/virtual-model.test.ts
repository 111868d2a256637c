import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isVirtualName, virtualModel, virtualNames } from './virtual-model.ts';

test('every virtual model defines what it leaves open', () => {
  assert.deepEqual(virtualNames, [
    'cascade',
    'auto',
    'auto:frontier',
    'auto:workhorse',
    'auto:economy',
    'auto:local',
  ]);
  assert.deepEqual(virtualModel('auto'), { localOnly: false });
  assert.deepEqual(virtualModel('auto:'), virtualModel('auto'));
  assert.deepEqual(virtualModel('auto:economy'), { tier: 'economy', localOnly: false });
  assert.deepEqual(virtualModel('auto:local'), { localOnly: true });
  assert.deepEqual(virtualModel('cascade'), { localOnly: false, policy: 'cascade' });
});

test('reserves names that only look virtual, and leaves a model’s own tag alone', () => {
  assert.deepEqual([isVirtualName('auto:cheap'), virtualModel('auto:cheap')], [true, undefined]);
  for (const name of ['ollama/llama3:local', 'automatic', 'cascades', ''])
    assert.deepEqual([isVirtualName(name), virtualModel(name)], [false, undefined], name);
});

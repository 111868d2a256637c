import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubtsOfContext } from './doubts-of-context.ts';

const ollama = { id: 'ollama', quirks: { extraBody: { options: { num_ctx: 65_536 } } } };

test('a window that is longer than the fixed context of its provider is doubtful, and no other', () => {
  const models = [
    { id: 'ollama/long', contextWindow: 131_072 },
    { id: 'ollama/same', contextWindow: 65_536 },
    { id: 'ollama/short', contextWindow: 8_192 },
    { id: 'ollama/unknown' },
    { id: 'ollama2/other', contextWindow: 131_072 },
  ];
  const [doubt = '', ...others] = doubtsOfContext([ollama], models);
  assert.match(doubt, /contextWindow of ollama\/long is 131072.*num_ctx 65536/);
  assert.deepEqual(others, []);
  for (const quirks of [{}, { extraBody: { options: 'all' } }, { extraBody: { options: { num_gpu: 1 } } }])
    assert.deepEqual(doubtsOfContext([{ id: 'ollama', quirks }], models), []);
});

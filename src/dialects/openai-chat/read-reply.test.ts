import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReply } from './read-reply.ts';

test('a source that a message lists after its call belongs to the text before the call', () => {
  const tool_calls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }];
  const annotations = [{ type: 'url_citation', url_citation: { url: 'https://example.org' } }];
  const message = { role: 'assistant', content: 'Look.', tool_calls, annotations };
  const parts = readReply({ id: 'r', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }, {});
  const blocks = parts.flatMap((part) =>
    part.type === 'text-delta' || part.type === 'citation' ? [part.index] : [],
  );
  assert.deepEqual(blocks, [0, 0]);
});

test('an answer that its server aborted is an error, not a finish', () => {
  for (const reason of ['abort', 'cancelled', 'network_error', 'insufficient_system_resource']) {
    const message = { role: 'assistant', content: 'Half an' };
    const parts = readReply({ id: 'r', choices: [{ index: 0, message, finish_reason: reason }] }, {});
    assert.equal(parts.at(-1)?.type, 'error', reason);
  }
});

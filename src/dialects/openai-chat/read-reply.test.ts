import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage } from '../../core/money/usage.ts';
import { readReply, replyReader } from './read-reply.ts';

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

test('usage is read from the end of a stream, and where Groq puts it', () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
  const choices = [{ index: 0, delta: {}, finish_reason: 'stop' }];
  for (const event of [
    { id: 'r', choices, usage },
    { id: 'r', choices, x_groq: { id: 'req_1', usage } },
  ]) {
    const parts = replyReader({}).push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
    const read = parts.find((part) => part.type === 'usage');
    assert.deepEqual(read?.usage, { ...noUsage, input: 5, output: 2 });
  }
});

test('an answer that its server aborted is an error, not a finish', () => {
  for (const reason of ['abort', 'cancelled', 'network_error', 'insufficient_system_resource']) {
    const message = { role: 'assistant', content: 'Half an' };
    const parts = readReply({ id: 'r', choices: [{ index: 0, message, finish_reason: reason }] }, {});
    assert.equal(parts.at(-1)?.type, 'error', reason);
  }
});

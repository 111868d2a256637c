import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectedReply } from '../../../core/wire/collected-reply.ts';
import { writeReply } from './write-reply.ts';

const context = {
  id: 'req_7',
  model: 'lab/model-1',
  createdAt: 0,
  request: { model: 'lab/model-1', stream: false, messages: [] },
};
const reply = (finish: CollectedReply['finish'], ...blocks: CollectedReply['blocks']): CollectedReply => ({
  blocks,
  warnings: [],
  ...(finish && { finish }),
});

test('the words of another maker’s refusal are the content, and Claude’s explanation stands where Anthropic puts it', () => {
  const refusal = { type: 'refusal', text: 'I cannot help with that.' } as const;
  for (const finish of [
    { reason: 'stop', raw: 'stop' },
    { reason: 'content-filter', raw: 'content_filter' },
  ] as const) {
    const { content, stop_reason, stop_details } = writeReply(reply(finish, refusal), context);
    assert.deepEqual(
      { content, stop_reason, stop_details },
      { content: [{ type: 'text', text: refusal.text }], stop_reason: 'refusal', stop_details: undefined },
    );
  }
  const { content, stop_reason, stop_details } = writeReply(
    reply({ reason: 'content-filter', raw: 'refusal' }, refusal),
    context,
  );
  assert.deepEqual(
    { content, stop_reason, stop_details },
    {
      content: [],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null, explanation: refusal.text },
    },
  );
});

test('the id of a message is one that Anthropic’s clients accept', () => {
  const idOf = (id: string) => writeReply(reply({ reason: 'stop' }), { ...context, id }).id;
  assert.equal(idOf('msg_01AbC'), 'msg_01AbC');
  assert.equal(idOf('req_7'), 'msg_req_7');
  assert.equal(idOf('a call/7:b'), 'msg_a_call_7_b');
});

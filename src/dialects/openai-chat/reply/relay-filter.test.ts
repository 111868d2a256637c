import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replyBytes, collectedReplies } from '../../../../test/support/recorded-replies.ts';
import { recordedTest } from '../../../../test/support/test-data.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { relayFilter } from './relay-filter.ts';

const request: ModelRequest = { model: 'm', stream: true, messages: [] };
const content = 'data: {"choices":[{"index":0,"delta":{"content":"\\"choices\\":[]"}}],"usage":null}\n\n';
const azure = 'data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}]}\n\n';
const usage = 'data: {"id":"x","choices":[],"usage":{"prompt_tokens":3}}\n\n';
const spaced = 'data: {"choices": [], "usage": {"prompt_tokens": 3}}\r\n\r\n';
const done = 'data: [DONE]\n\n';

function filtered(...events: string[]): string {
  const filter = relayFilter(request);
  assert.ok(filter);
  return events.map((event) => Buffer.from(filter(Buffer.from(event))).toString()).join('');
}

test('only the usage chunk that the client did not ask for is removed', () => {
  assert.equal(filtered(azure + content + usage + done), azure + content + done);
  assert.equal(filtered(azure, content, usage, done), azure + content + done);
  assert.equal(filtered(content + spaced + done), content + done);
});

test('a client that asked for usage receives every byte', () => {
  assert.equal(relayFilter({ ...request, includeUsage: true }), undefined);
});

recordedTest('of recorded streams nothing else is lost', () => {
  for (const reply of collectedReplies('openai-chat').filter(({ streaming }) => streaming)) {
    const text = replyBytes(reply).toString();
    const events = text.split(/(?<=\n\n)/);
    const kept = events.filter((event) => !/"choices": ?\[\]/.test(event) || !/"usage": ?\{/.test(event));
    assert.equal(filtered(text), kept.join(''), reply.id);
    assert.equal(filtered(...events), kept.join(''), reply.id);
  }
});

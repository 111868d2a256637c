import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collected } from '../../../../test/support/collected.ts';
import { readReply } from './read-reply.ts';
import { writeReply } from './write-reply.ts';

const request = { model: 'gpt', stream: false, messages: [] };
const context = { id: 'req_1', model: 'openai/gpt-6-sol', createdAt: 0, request };

for (const status of ['queued', 'in_progress']) {
  test(`an answer that is ${status} in the background is not finished, and keeps its provider’s id`, () => {
    const parts = readReply({ id: 'resp_theirs', object: 'response', status, output: [] }, {});
    assert.partialDeepStrictEqual(writeReply(collected(parts), context), {
      id: 'resp_theirs',
      status,
      background: true,
      store: true,
      output: [],
    });
  });
}

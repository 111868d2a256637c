import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReply, replyReader } from './read-reply.ts';

const line = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`);

test('a last line with only counts ends an answer; without an answer before it, it is an error', () => {
  const done = { model: 'm', done: true, done_reason: 'stop', prompt_eval_count: 4, eval_count: 2 };
  const reader = replyReader();
  reader.push(line({ model: 'm', message: { role: 'assistant', content: 'Hi.' }, done: false }));
  assert.deepEqual(
    reader.push(line(done)).map(({ type }) => type),
    ['usage', 'finish'],
  );
  assert.deepEqual(
    replyReader()
      .push(line(done))
      .map(({ type }) => type),
    ['usage', 'error'],
  );
  assert.deepEqual(
    readReply(done).map(({ type }) => type),
    ['usage', 'error'],
  );
});

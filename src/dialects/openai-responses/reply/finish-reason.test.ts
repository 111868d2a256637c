import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { readReply, replyReader } from './read-reply.ts';

const delta = { type: 'response.output_text.delta', item_id: 'm', content_index: 0, delta: 'Hi' };
const usage = { input_tokens: 5, output_tokens: 1, total_tokens: 6 };

/** Returns how a stream ended with these events, in a few words. */
function ended(...events: readonly JsonObject[]): string {
  const last = read(events).at(-1);
  if (last?.type === 'error') return `${last.error.code}: ${last.error.message}`;
  return last?.type === 'finish' ? `${last.reason}, ${last.raw}` : 'no end';
}

function read(events: readonly JsonObject[]): readonly StreamPart[] {
  const { push, end } = replyReader({});
  const text = [delta, ...events].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return [...push(Buffer.from(text)), ...end()];
}

const event = (name: string, response: JsonObject = {}) => ({
  type: `response.${name}`,
  response: { id: 'r', usage, ...response },
});
const slow = { code: 'rate_limit_exceeded', message: 'Slow down' };

test('a response ends as its last event is named, unless the response itself says worse', () => {
  for (const more of [{}, { status: 'in_progress' }, { status: 'completed' }]) {
    const title = JSON.stringify(more);
    assert.match(
      ended(event('failed', { ...more, error: slow })),
      /^provider_rate_limited: .*Slow down/,
      title,
    );
    assert.match(ended(event('failed', more)), /^provider_error: .*has failed/, title);
    assert.match(ended(event('cancelled', more)), /^provider_error: .*has cancelled/, title);
    assert.equal(ended(event('incomplete', more)), 'other, incomplete', title);
    const cut = { ...more, incomplete_details: { reason: 'max_output_tokens' } };
    assert.equal(ended(event('incomplete', cut)), 'length, max_output_tokens', title);
  }
  for (const name of ['completed', 'done']) {
    assert.equal(ended(event(name)), 'stop, completed');
    assert.match(ended(event(name, { error: slow })), /^provider_rate_limited: /);
    assert.match(ended(event(name, { status: 'failed' })), /^provider_error: /);
    const cut = { incomplete_details: { reason: 'content_filter' } };
    assert.equal(ended(event(name, cut)), 'content-filter, content_filter');
  }
});

test('behind a failure without a reason only its reason can follow, with the usage', () => {
  const failed = event('failed', { status: 'failed', error: null });
  for (const name of ['done', 'completed', 'failed', 'incomplete']) {
    assert.match(ended(failed, event(name)), /has failed/, name);
    assert.match(ended(failed, event(name, { error: slow })), /Slow down/, name);
  }
  assert.match(ended(failed, { type: 'error', ...slow }), /Slow down/);
  for (const more of [[], [{ type: 'error', ...slow }], [event('done')]]) {
    const [before, last] = read([failed, ...more]).slice(-2);
    assert.ok(before?.type === 'usage' && before.usage.input === 5);
    assert.ok(last?.type === 'error' && last.counted);
  }
});

test('the usage that comes with the reason of a failure is the one that counts, unless it counts nothing', () => {
  const later = { input_tokens: 900, output_tokens: 400, total_tokens: 1300 };
  for (const before of [usage, null]) {
    const [told] = read([
      event('failed', { error: null, usage: before }),
      event('failed', { error: slow, usage: later }),
    ]).slice(-2);
    assert.deepEqual(told?.type === 'usage' && [told.usage.input, told.usage.output], [900, 400]);
  }
  const nothing = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  for (const behind of [
    event('failed', { error: slow, usage: nothing }),
    event('failed', { error: slow, usage: {} }),
    { type: 'error', ...slow, usage: {} },
  ]) {
    const [told, last] = read([event('failed', { error: null, usage: later }), behind]).slice(-2);
    assert.deepEqual(told?.type === 'usage' && [told.usage.input, told.usage.output], [900, 400]);
    assert.ok(last?.type === 'error' && last.counted);
  }
});

test('a failure without the type of one is told with its reason, in a stream and in place of a response', () => {
  const named = `event: error\ndata: ${JSON.stringify(slow)}\n\n`;
  const [told] = replyReader({}).push(Buffer.from(named));
  assert.ok(told?.type === 'error' && told.error.code === 'provider_rate_limited');
  assert.match(ended({ detail: 'No such model' }), /^provider_error: .*No such model/);
  const typed = `event: error\ndata: ${JSON.stringify({ type: 'server_error', ...slow })}\n\n`;
  const [kind] = replyReader({}).push(Buffer.from(typed));
  assert.ok(kind?.type === 'error' && kind.error.code === 'provider_rate_limited');
  const bare = { object: 'error', message: 'No such model', type: 'BadRequestError', code: 400 };
  assert.match(ended(bare), /No such model/);
  for (const body of [{ detail: 'No such model' }, { error: 'No such model' }, bare]) {
    const [failed] = readReply(body, {});
    assert.match(failed?.type === 'error' ? failed.error.message : '', /No such model/);
  }
});

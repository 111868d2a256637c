import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import { relayFilter } from './relay-filter.ts';

const request = { model: 'gpt', stream: true, messages: [] };
const written = (type: string, members: JsonObject = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 1, ...members })}\n\n`;
const delta = written('response.output_text.delta', { delta: '"type":"response.done" "response.failed"' });

/** Returns what a client is shown of these events. */
function shown(...events: readonly string[]): string {
  const filter = relayFilter(request);
  return Buffer.from(filter?.(Buffer.from(events.join(''))) ?? '').toString();
}

test('a failure without a reason is not shown: its reason may follow, and a stream has one end', () => {
  for (const name of ['failed', 'cancelled']) {
    const bare = written(`response.${name}`, { response: { status: 'failed', error: null } });
    assert.equal(shown(delta, bare, delta), delta + delta);
    const why = written(`response.${name}`, { response: { error: { code: 'x', message: 'Slow down' } } });
    assert.equal(shown(delta, why), delta + why);
    const otherwise = written('response.completed', { response: { status: name, error: null } });
    assert.equal(shown(delta, otherwise), delta);
    const named = `event: response.${name}\ndata: {"response":{}}\n\n`;
    assert.equal(shown(delta, named), delta);
  }
});

test('behind a failure without a reason no other end is shown, unless it gives one', () => {
  const failed = written('response.failed', { response: { status: 'failed', error: null } });
  const completed = written('response.completed', { response: { status: 'completed' } });
  const why = written('error', { code: 'x', message: 'Slow down' });
  assert.equal(shown(delta, failed, completed, delta, why), delta + delta + why);
  const filter = relayFilter(request);
  const pieces = [delta, failed, completed].map((piece) =>
    String(Buffer.from(filter?.(Buffer.from(piece)) ?? '')),
  );
  assert.deepEqual(pieces, [delta, '', '']);
  const explained = written('response.failed', { response: { error: { code: 'x', message: 'Slow down' } } });
  assert.equal(shown(failed, explained), explained);
  assert.equal(shown(completed), completed);
});

test('the end of some proxies, response.done, is shown under the name that clients know', () => {
  for (const [response, name] of [
    [{ status: 'completed' }, 'completed'],
    [{}, 'completed'],
    [{ status: 'incomplete' }, 'incomplete'],
    [{ incomplete_details: { reason: 'max_output_tokens' } }, 'incomplete'],
  ] as const) {
    const told = { id: 'r', output: [], ...response };
    const end = written(`response.${name}`, { response: { ...told, status: name } });
    assert.equal(shown(delta, written('response.done', { response: told })), delta + end);
    const unnamed = `data: ${JSON.stringify({ type: 'response.done', response: told })}\n\n`;
    assert.match(shown(unnamed), new RegExp(`^data: \\{"type":"response.${name}"`));
    const untyped = `event: response.done\ndata: ${JSON.stringify({ response: told })}\n\n`;
    const event = { response: { ...told, status: name }, type: `response.${name}` };
    assert.equal(shown(untyped), `event: response.${name}\ndata: ${JSON.stringify(event)}\n\n`);
  }
});

test('nothing else is changed', () => {
  for (const bytes of [
    delta,
    `${delta}: ping\r\n\r\n`,
    'data: [DONE]\n\n',
    'data: {"type": "response.done"',
    written('response.completed', { response: { status: 'completed', output: [{ status: 'failed' }] } }),
  ]) {
    assert.equal(shown(bytes), bytes);
  }
  assert.equal(relayFilter({ ...request, stream: false }), undefined);
});

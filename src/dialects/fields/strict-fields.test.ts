import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import { array, boolean, choice, count, number, object, string } from './strict-fields.ts';

function refusal(read: () => unknown): { message: string; param: string | undefined } {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ConclaveError);
    assert.equal(error.code, 'invalid_request');
    return { message: error.message, param: error.details.param };
  }
  return assert.fail('it was accepted');
}

test('a field of the right type is read, an absent or null one is undefined', () => {
  const body = { text: 'a', half: 0.5, whole: 2, yes: true, inner: { a: 1 }, list: [1], nothing: null };
  assert.equal(string.required(body, 'text'), 'a');
  assert.equal(number.optional(body, 'half'), 0.5);
  assert.equal(count.optional(body, 'whole'), 2);
  assert.equal(boolean.optional(body, 'yes'), true);
  assert.deepEqual(object.required(body, 'inner'), { a: 1 });
  assert.deepEqual(array.required(body, 'list'), [1]);
  assert.equal(string.optional(body, 'nothing'), undefined);
  assert.equal(string.optional(body, 'absent'), undefined);
});

test('a wrong type is rejected with its path and with what was found', () => {
  assert.deepEqual(
    refusal(() => string.required({ role: 7 }, 'role', 'messages.2')),
    { message: 'messages.2.role must be a string, not 7.', param: 'messages.2.role' },
  );
  assert.equal(refusal(() => string.required({}, 'model')).message, 'model must be a string, not absent.');
  assert.equal(
    refusal(() => object.check([], 'messages.0')).message,
    'messages.0 must be an object, not an empty array.',
  );
  assert.equal(refusal(() => count.optional({ top_k: 1.5 }, 'top_k')).param, 'top_k');
  assert.equal(refusal(() => count.optional({ top_k: -1 }, 'top_k')).param, 'top_k');
  assert.equal(
    refusal(() => number.optional({ top_p: JSON.parse('1e400') }, 'top_p')).message,
    'top_p must be a number, not Infinity.',
  );
  assert.match(refusal(() => number.required({ x: 'y'.repeat(500) }, 'x')).message, /^x must .{70,90}$/);
});

test('a value that is not allowed is rejected with the list of allowed ones', () => {
  const role = choice('user', 'assistant');
  assert.equal(role.required({ role: 'user' }, 'role'), 'user');
  assert.equal(
    refusal(() => role.required({ role: 'tool' }, 'role')).message,
    'role must be "user" or "assistant", not "tool".',
  );
});

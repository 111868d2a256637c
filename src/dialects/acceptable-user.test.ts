import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptableUser } from './acceptable-user.ts';

test('the id of an end user that every provider takes stays as it is', () => {
  for (const id of ['u', 'user_42-b', 'a'.repeat(64)]) assert.equal(acceptableUser(id), id);
  assert.equal(acceptableUser('a'.repeat(256), 256), 'a'.repeat(256));
});

test('one that is too long, names a person or holds other characters becomes the same 64 letters every time', () => {
  const claudeCode = JSON.stringify({
    device_id: 'd'.repeat(64),
    account_uuid: '00000000-0000-4000-8000-000000000000',
    session_id: '00000000-0000-4000-8000-000000000001',
  });
  const ids = [claudeCode, 'a'.repeat(65), 'ann@example.org', 'Zoë', 'two words', ''];
  const sent = ids.map((id) => acceptableUser(id));
  for (const id of sent) assert.match(id, /^[0-9a-f]{64}$/);
  assert.equal(new Set(sent).size, ids.length, 'two people stay two');
  assert.deepEqual(
    ids.map((id) => acceptableUser(id)),
    sent,
  );
});

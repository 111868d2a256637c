import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptableUser } from './acceptable-user.ts';

test('an end user id that every provider accepts is unchanged', () => {
  for (const id of ['u', 'user_42-b', 'a'.repeat(64)]) assert.equal(acceptableUser(id), id);
  assert.equal(acceptableUser('a'.repeat(256), 256), 'a'.repeat(256));
});

test('an end user id that is too long or has other characters always becomes the same 64 hex digits', () => {
  const claudeCode = JSON.stringify({
    device_id: 'd'.repeat(64),
    account_uuid: '00000000-0000-4000-8000-000000000000',
    session_id: '00000000-0000-4000-8000-000000000001',
  });
  const ids = [claudeCode, 'a'.repeat(65), 'ann@example.org', 'Zoë', 'two words', ''];
  const sent = ids.map((id) => acceptableUser(id));
  for (const id of sent) assert.match(id, /^[0-9a-f]{64}$/);
  assert.equal(new Set(sent).size, ids.length, 'different users keep different ids');
  assert.deepEqual(
    ids.map((id) => acceptableUser(id)),
    sent,
  );
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { failureInTime } from './failure-in-time.ts';

test('a slow pattern is also matched in a thread if the program is a text, not a file', () => {
  const script = `
    const { failureInTime } = await import(${JSON.stringify(import.meta.resolve('./failure-in-time.ts'))});
    const slow = { text: 'a'.repeat(19) + 'b', pattern: '^(a+)+$' };
    console.log(JSON.stringify(await failureInTime([slow], { keyId: 'k' })));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(said), { at: 0, says: 'no match' });
});

test('a slow check whose caller no longer waits gives its turn to the next', async () => {
  const slow = { text: `${'a'.repeat(60)}b`, pattern: '^(a+)+$' };
  const leaving = new AbortController();
  const ended: string[] = [];
  const check = async (keyId: string, name: string, signal?: AbortSignal) => {
    const found = await failureInTime([slow], { keyId, ...(signal && { signal }) });
    assert.equal(found, 'unknown');
    ended.push(name);
  };
  const checks = [
    check('one', 'busy'),
    ...Array.from({ length: 5 }, () => check('one', 'left', leaving.signal)),
    check('one', 'stays'),
    check('other', 'first'),
    check('other', 'second'),
  ];
  leaving.abort();
  await Promise.all([...checks, check('one', 'late', leaving.signal)]);
  assert.deepEqual(
    ended.filter((name) => name !== 'left' && name !== 'late'),
    ['busy', 'stays', 'first', 'second'],
  );
  assert.ok(ended.indexOf('late') < ended.indexOf('first'));
});
